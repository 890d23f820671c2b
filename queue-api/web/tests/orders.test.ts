/** The orders of an event: found, looked at, mailed again, cancelled, taken along as a table. */

import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import organise from '../src/lib/i18n/organiser/en';
import seats from '../src/lib/i18n/seats/en';
import { DESKTOP, shown, useBrowser } from './support/browser';
import { mailsTo } from './support/mailbox';
import { makeEvent, oneRow, register, type Schema } from './support/people';
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

test('a sold ticket moves to another seat, once nobody is quicker', async () => {
    const [event, fan, other] = await Promise.all([
        makeEvent({}, { ...oneRow(6), blocked: [5] }),
        register('Mia Moved'),
        register('Quick Buyer'),
    ]);
    const booking = await fan.buy(event.id, 1);
    await mailsTo(fan.email, 1);
    const from = booking.items[0]?.seat ?? -1;
    const [taken, to] = [0, 1, 2].filter((seat) => seat !== from) as [number, number];
    const desk = await stage.arrive(DESKTOP);
    await desk.be(event.organiser);
    await desk.visit(`/organiser/events/${event.id}/orders`);
    await desk.page
        .getByRole('row', { name: /Mia Moved/ })
        .getByRole('button')
        .click();
    const detail = desk.page.getByRole('dialog', { name: orders.detail });
    await detail.getByRole('button', { name: /^Move the ticket for / }).click();

    const move = desk.page.getByRole('dialog', { name: orders.move.title });
    await shown(move.locator('canvas').first());
    await move.getByText(seats.asList, { exact: true }).click();
    await move
        .locator('summary', { hasText: /^\s*Row / })
        .first()
        .click();
    const boxes = move.getByRole('checkbox');
    const confirm = move.getByRole('button', { name: orders.move.confirm });
    expect(await confirm.isDisabled()).toBe(true);
    // What is sold, and what is kept from the sale, is not offered.
    const offered = (seat: number) => move.getByRole('checkbox', { name: new RegExp(`seat ${seat + 1},`) });
    expect([await boxes.count(), await offered(from).count(), await offered(5).count()]).toEqual([4, 0, 0]);

    // The network is slow: a fan is quicker.
    let goOn = () => {};
    const slow = new Promise<void>((resume) => (goOn = resume));
    await desk.page.route('**/api/tickets/*/seat', async (route) => {
        await slow;
        await route.continue();
    });
    await offered(taken).check();
    await confirm.click();
    await shown(move.getByRole('button', { name: orders.move.moving }));
    await other.call('POST', `/api/events/${event.id}/holds`, { seats: [taken] });
    goOn();
    await shown(move.getByText(/^Somebody was quicker: .* The ticket stays where it is/));
    await until('the seat is not offered any more', async () => (await offered(taken).count()) === 0);

    await offered(to).check();
    await confirm.click();
    await shown(move.getByText(/^Moved from .* seat \d+ to .* seat \d+\./));
    await move.getByRole('button', { name: organise.close }).click();
    await shown(detail.getByText(orders.mailCopy));
    await mailsTo(fan.email, 2);
    const now = await fan.call<Schema['BookingView']>('GET', `/api/bookings/${booking.id}`);
    expect(now.items[0]?.seat).toBe(to);
    await until('the seat so far is for sale again', async () => {
        const view = await fan.call<{ seats: number[] }>('GET', `/api/events/${event.id}/seats`, undefined, {
            Accept: 'application/json',
        });
        return view.seats[from] === 0 && view.seats[to] === 2;
    });
});
