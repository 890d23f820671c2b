/** The orders of an event: found, looked at, mailed again, cancelled, taken along as a table. */

import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import organise from '../src/lib/i18n/organiser/en';
import { DESKTOP, shown, useBrowser } from './support/browser';
import { mailsTo } from './support/mailbox';
import { makeEvent, register } from './support/people';
import { until } from './support/until';

const { orders } = organise;

const stage = useBrowser();

test('an order is found, mailed again, cancelled and refunded', async () => {
    const [event, fan, other] = await Promise.all([
        makeEvent(),
        register('Frida Findable'),
        register('Olaf Other'),
    ]);
    const [booking] = await Promise.all([fan.buy(event.id, 2), other.buy(event.id, 1)]);
    await mailsTo(fan.email, 1);
    const desk = await stage.arrive(DESKTOP);
    await desk.be(event.organiser);
    await desk.visit(`/organiser/events/${event.id}/orders`);
    const of = (name: string) => desk.page.getByRole('row', { name: new RegExp(name) });
    await shown(of('Olaf Other'));
    await desk.page.getByLabel(orders.search).fill('findable');
    await of('Olaf Other').waitFor({ state: 'detached' });
    await of('Frida Findable').getByRole('button').click();

    const detail = desk.page.getByRole('dialog', { name: orders.detail });
    await shown(detail.getByText(booking.id));
    await detail.getByRole('button', { name: orders.resend }).click();
    await shown(detail.getByText(orders.mailCopy));
    await mailsTo(fan.email, 2);

    await detail.getByRole('button', { name: orders.cancel }).click();
    const sure = desk.page.getByRole('dialog', { name: orders.cancelSure });
    await sure.getByRole('button', { name: orders.cancel }).click();
    await shown(
        detail.getByText(orders.statuses.cancelled).or(detail.getByText(orders.statuses.refunded)).first(),
    );
    await shown(detail.getByText(/180.* given back/));
    const subjects = await mailsTo(fan.email, 3);
    expect(new Set(subjects).size).toBeGreaterThan(1);
    await until('the money is back', async () => {
        const { revenue } = await event.organiser.call<{ revenue: { refunded_minor: number } }>(
            'GET',
            `/api/events/${event.id}/sales`,
        );
        return revenue.refunded_minor === 18_000;
    });
});

test('the orders are downloaded as a table', async () => {
    const [event, fan] = await Promise.all([makeEvent(), register('Carla Comma, of "Quotes"')]);
    const booking = await fan.buy(event.id, 2);
    const desk = await stage.arrive(DESKTOP);
    await desk.be(event.organiser);
    await desk.visit(`/organiser/events/${event.id}/orders`);
    const [download] = await Promise.all([
        desk.page.waitForEvent('download'),
        desk.link(orders.export).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.csv$/);
    const table = await readFile(await download.path(), 'utf8');
    const line = table.split('\n').find((each) => each.includes(booking.id)) ?? '';
    expect(line).toContain(fan.email);
    expect(line).toContain('"Carla Comma, of ""Quotes"""');
});
