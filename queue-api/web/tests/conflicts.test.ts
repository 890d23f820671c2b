/** Two people change one event: who comes second is told, and loses nothing. */

import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import organise from '../src/lib/i18n/organiser/en';
import { at, DESKTOP, shown, useBrowser, type Visitor } from './support/browser';
import { makeEvent, type MadeEvent } from './support/people';

const { form, leave, map } = organise;

const stage = useBrowser();

async function atEvent(event: MadeEvent): Promise<Visitor> {
    const visitor = await stage.arrive(DESKTOP);
    await visitor.be(event.organiser);
    await visitor.visit(`/organiser/events/${event.id}`);
    return visitor;
}

function field({ page }: Visitor, label: string): Locator {
    return page.getByLabel(label, { exact: true });
}

async function save({ page }: Visitor): Promise<void> {
    await page.getByRole('button', { name: organise.save, exact: true }).click();
}

function saved({ page }: Visitor): Promise<void> {
    return shown(page.getByText(organise.saved, { exact: true }));
}

test('the second to save the fields is told what changed and keeps its inputs', async () => {
    const event = await makeEvent({ sale_opens_at: new Date(Date.now() + 86_400_000).toISOString() });
    const [first, second] = await Promise.all([atEvent(event), atEvent(event)]);
    const renamed = `${event.title}, renamed`;
    await field(first, form.name).fill(renamed);
    await save(first);
    await saved(first);

    await field(second, form.description).fill('Written by the second.');
    await save(second);
    await shown(second.text(form.conflictTitle));
    await shown(second.text(form.changedMeanwhile(form.name)));
    expect(await field(second, form.description).inputValue()).toBe('Written by the second.');
    await second.button(form.keepMine).click();
    await saved(second);
    expect(await field(second, form.name).inputValue()).toBe(renamed);
    expect(await event.organiser.call('GET', `/api/events/${event.id}`)).toMatchObject({
        title: renamed,
        description: 'Written by the second.',
    });
});

test('the second to save the seat map is told and keeps its drawing', async () => {
    const event = await makeEvent({ sale_opens_at: new Date(Date.now() + 86_400_000).toISOString() });
    const [first, second] = await Promise.all([atEvent(event), atEvent(event)]);
    for (const visitor of [first, second]) await visitor.button(/^Stalls/).click();
    await field(first, map.aisles).fill('3');
    await field(first, map.aisles).press('Tab');
    await first.button(map.save).click();
    await saved(first);

    await field(second, map.aisles).fill('7');
    await field(second, map.aisles).press('Tab');
    await second.button(map.save).click();
    await shown(second.text(form.conflictTitle));
    expect(await field(second, map.aisles).inputValue()).toBe('7');
    await second.button(form.keepMine).click();
    await saved(second);
    const { sections } = await event.organiser.call<{ sections: object[] }>(
        'GET',
        `/api/events/${event.id}/seat-map`,
    );
    expect(sections[0]).toMatchObject({ aisles: [7] });
});

test('changes to other parts of the event are no conflict', async () => {
    const event = await makeEvent({ sale_opens_at: new Date(Date.now() + 86_400_000).toISOString() });
    const [first, second] = await Promise.all([atEvent(event), atEvent(event)]);
    await field(first, form.name).fill(`${event.title}, renamed`);
    await save(first);
    await saved(first);
    await second.button(/^Stalls/).click();
    await field(second, map.aisles).fill('4');
    await field(second, map.aisles).press('Tab');
    await second.button(map.save).click();
    await saved(second);
});

test('what is not saved is not left behind without a question', async () => {
    const event = await makeEvent();
    const visitor = await atEvent(event);
    await field(visitor, form.description).fill('Half a sentence');
    await visitor.link(organise.tabs.live).click();
    await shown(visitor.text(leave.title));
    await visitor.button(organise.cancel).click();
    expect(await field(visitor, form.description).inputValue()).toBe('Half a sentence');
    await visitor.link(organise.tabs.live).click();
    await visitor.button(leave.action).click();
    await at(visitor.page, /\/live$/);
});
