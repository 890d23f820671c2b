/** An organiser makes an event from nothing, and a fan buys a seat of it. */

import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import browse from '../src/lib/i18n/fan/browse/en';
import organise from '../src/lib/i18n/organiser/en';
import { wallTime } from '../src/lib/organiser/zones';
import { at, DESKTOP, shown, useBrowser, type Visitor } from './support/browser';
import { confirmed, findBest, goOn, pay, sayWho } from './support/buying';
import { inSeconds, organiser } from './support/people';
import { until } from './support/until';

const ZONE = 'Europe/Vienna';
const { form, map, publish, poster, live } = organise;

const stage = useBrowser();

function field(within: Visitor['page'] | Locator, label: string): Locator {
    return within.getByLabel(label, { exact: true });
}

/** Fills the form of a new event and saves the draft. */
async function makeDraft(maker: Visitor, title: string): Promise<void> {
    const { page } = maker;
    await maker.visit('/organiser/events/new');
    await field(page, form.name).fill(title);
    await field(page, form.description).fill('Made by hand.\n\nWith a builder.');
    await field(page, form.venue).fill('The Old Mill');
    await field(page, form.city).fill('Vienna');
    await field(page, form.zone).fill(ZONE);
    await field(page, form.startsAt).fill(wallTime(inSeconds(30 * 86_400), ZONE));
    await field(page, form.saleOpensAt).fill(wallTime(inSeconds(-120), ZONE));
    await maker.button(form.create).click();
    await at(page, /^\/organiser\/events\/(?!new)[^/]+$/);
}

async function setPrices(maker: Visitor): Promise<void> {
    const { page } = maker;
    const price = (letter: string) => page.getByRole('group', { name: form.tier(letter), exact: true });
    if ((await price('A').count()) === 0) await maker.button(form.addTier).click();
    await field(price('A'), form.tierName).fill('Near');
    await field(price('A'), form.tierPrice('EUR')).fill('48,50');
    await maker.button(form.addTier).click();
    await field(price('B'), form.tierName).fill('Far');
    await field(price('B'), form.tierPrice('EUR')).fill('25');
    await page.getByRole('button', { name: organise.save, exact: true }).click();
    await shown(page.getByText(organise.saved, { exact: true }));
}

/** Four rows of ten seats with an aisle and odd numbers; the map's canvas. */
async function drawRows(maker: Visitor): Promise<Locator> {
    const { page } = maker;
    await maker.button(new RegExp(`^${map.templates.blank}`)).click();
    await maker.button(`+ ${map.addSection}`).click();
    await field(page, map.rowCount).fill('4');
    await field(page, map.rowSeats).fill('10');
    await field(page, map.aisles).fill('5');
    await maker.text(map.naming).click();
    await field(page, map.rowNames).selectOption('letters_without_i_o');
    await field(page, map.seatFrom).selectOption('right');
    await field(page, map.seatStep).selectOption({ label: map.seatSteps.two });
    await shown(maker.text(map.capacity(40, 'en')));
    return page.getByRole('application', { name: map.preview });
}

/** Paints the whole house by one stroke, gives one row back by keyboard, and blocks one seat. */
async function paintAndBlock(maker: Visitor, canvas: Locator): Promise<void> {
    const { page } = maker;
    await maker.button(map.tools.paint).click();
    await page.getByRole('radiogroup', { name: map.brush }).getByText('B: Far').click();
    await canvas.scrollIntoViewIfNeeded();
    const box = (await canvas.boundingBox())!;
    const x = box.x + box.width * 0.56;
    await page.mouse.move(x, box.y + 4);
    await page.mouse.down();
    await page.mouse.move(x, box.y + box.height - 4, { steps: 12 });
    await page.mouse.up();
    await page.getByRole('radiogroup', { name: map.brush }).getByText('A: Near').click();
    await canvas.focus();
    const said = page.locator('.map [aria-live]');
    await until('the mark is in the first row', async () => {
        await canvas.press('ArrowUp');
        return /row A,/.test((await said.textContent()) ?? '');
    });
    expect(await said.textContent()).toMatch(/B: Far/);
    await canvas.press('Enter');
    await until('the row has its price', async () => /A: Near/.test((await said.textContent()) ?? ''));
    await maker.button(map.tools.block).click();
    await canvas.focus();
    await canvas.press('ArrowDown');
    await canvas.press('ArrowDown');
    await canvas.press('Enter');
    await shown(maker.text(map.blocked(1, 'en')));
}

/** The event that was made, as the API has it. */
async function made(maker: Visitor) {
    const id = new URL(maker.page.url()).pathname.split('/')[3] ?? '';
    return { id, by: await organiser() };
}

test('an event made with the builder is published, found and bought', async () => {
    const maker = await stage.arrive(DESKTOP);
    const title = `Mill Concert ${crypto.randomUUID().slice(0, 8)}`;
    await maker.be(await organiser());
    await makeDraft(maker, title);
    await shown(maker.text(publish.items['no_price'] ?? ''));
    await shown(maker.text(publish.items['no_seat_map'] ?? ''));
    expect(await maker.button(publish.button).isEnabled()).toBe(false);

    await setPrices(maker);
    const canvas = await drawRows(maker);
    await paintAndBlock(maker, canvas);
    expect(await maker.button(publish.button).isEnabled()).toBe(false);
    await maker.button(map.save).click();
    await shown(maker.text(publish.ready));

    const { id, by } = await made(maker);
    const drawn = await by.call<{ sections: object[] }>('GET', `/api/events/${id}/seat-map`);
    expect(drawn.sections[0]).toMatchObject({
        aisles: [5],
        rows: [
            { count: 1, seats: 10, tier: 0 },
            { count: 3, seats: 10, tier: 1 },
        ],
        row_names: { style: 'letters_without_i_o' },
        seat_numbers: { from: 'right', step: 2 },
    });
    await maker.button(publish.button).click();
    await shown(maker.text(publish.done));

    const fan = await stage.arrive();
    await fan.visit('/');
    await fan.page.getByRole('searchbox').first().fill(title);
    await fan.link(title).first().click();
    await fan.link(browse.choose).click();
    await findBest(fan);
    await goOn(fan);
    await sayWho(fan);
    await pay(fan);
    await confirmed(fan);

    await maker.link(organise.tabs.live).click();
    const sold = maker.page.locator('.figure', { hasText: live.sold }).first();
    await shown(sold.getByText('2', { exact: true }));
    await shown(sold.getByText(live.ofCapacity('39')));
});

test('a poster is given with its description, and taken away', async () => {
    const maker = await stage.arrive(DESKTOP);
    await maker.be(await organiser());
    await makeDraft(maker, `Poster ${crypto.randomUUID().slice(0, 8)}`);
    const { id, by } = await made(maker);
    const isNow = () =>
        by.call<{ poster?: { href: string; alt: string }; poster_alt: string }>('GET', `/api/events/${id}`);
    await maker.page
        .locator('input[type=file][accept*="image/png"]')
        .setInputFiles({ name: 'poster.png', mimeType: 'image/png', buffer: await stage.picture() });
    await shown(maker.button(poster.remove));
    const alt = field(maker.page, poster.alt);
    await alt.fill('A blue field');
    await alt.press('Tab');
    await until('the description is kept', async () => (await isNow()).poster_alt === 'A blue field');
    await maker.page
        .locator('input[type=file][accept*="image/png"]')
        .setInputFiles({ name: 'poster.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
    await shown(maker.text(organise.picture.notAPicture));
    await maker.button(poster.remove).click();
    await shown(maker.text(poster.none));
    expect((await isNow()).poster ?? null).toBe(null);
});
