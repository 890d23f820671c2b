/** Choosing seats: by the map's list, by two at once, standing. */

import { expect, test } from 'vitest';
import buy from '../src/lib/i18n/fan/buy/en';
import seats from '../src/lib/i18n/seats/en';
import { at, DESKTOP, PHONE, shown, useBrowser, type Visitor } from './support/browser';
import { makeEvent, MEADOW, oneRow, register } from './support/people';
import { until } from './support/until';

const stage = useBrowser();

/** A fan of their own at the list of seats, with the first row open. */
async function atList(event: string, name: string, screen: typeof PHONE | typeof DESKTOP): Promise<Visitor> {
    const fan = await stage.arrive(screen);
    await fan.be(await register(name));
    await fan.visit(`/events/${event}/seats`);
    await fan.button(seats.asList).click();
    await fan.page
        .locator('summary', { hasText: /^\s*Row / })
        .first()
        .click();
    return fan;
}

test('two want one seat: one gets it, the other is offered the nearest', async () => {
    const event = await makeEvent({}, oneRow(4));
    const fans = await Promise.all([
        atList(event.id, 'Ada First', PHONE),
        atList(event.id, 'Bob Second', DESKTOP),
    ]);
    for (const fan of fans) await fan.page.getByRole('checkbox').nth(1).check();
    await Promise.all(fans.map((fan) => fan.button(seats.hold).click()));
    const won = await until('one of them holds it', () =>
        fans.find(({ page }) => /\/holds\//.test(page.url())),
    );
    const lost = fans.find((fan) => fan !== won)!;
    await shown(lost.text(/^Somebody was quicker/));
    expect(new URL(lost.page.url()).pathname).toBe(`/events/${event.id}/seats`);
    await lost.button(/^Take /).click();
    await lost.button(seats.hold).click();
    await at(lost.page, /^\/holds\//);
});

test('a seat that somebody takes is closed on the other map at once', async () => {
    const event = await makeEvent({}, oneRow(4));
    const [watcher, buyer] = await Promise.all([
        atList(event.id, 'Wanda Watcher', DESKTOP),
        register('Quick Buyer'),
    ]);
    await buyer.call('POST', `/api/events/${event.id}/holds`, { seats: [2] });
    const seat = watcher.page.getByRole('checkbox').nth(2);
    await until('it cannot be picked any more', () => seat.isDisabled());
});

test('seats that are lost while their answer is under way are told at once, all of them', async () => {
    const event = await makeEvent({}, oneRow(6));
    const [fan, buyer] = await Promise.all([atList(event.id, 'Lena Late', DESKTOP), register('Quick Buyer')]);
    const boxes = fan.page.getByRole('checkbox');
    for (const seat of [1, 2]) await boxes.nth(seat).check();
    // The network is slow: others have time to be quicker, and the page hears of it before its answer.
    let goOn = () => {};
    const slow = new Promise<void>((resume) => (goOn = resume));
    await fan.page.route('**/holds', async (route) => {
        await slow;
        await route.continue();
    });
    await fan.button(seats.hold).click();
    await shown(fan.button(seats.holding));
    await buyer.call('POST', `/api/events/${event.id}/holds`, { seats: [1, 2, 5] });
    await until('the page has heard of it', () => boxes.nth(5).isDisabled());
    goOn();
    await shown(fan.text(/^Somebody was quicker/));
    expect(await fan.text(/^Somebody was quicker/).count()).toBe(1);
    await fan.button(/^Take /).click();
    await fan.button(seats.hold).click();
    await at(fan.page, /^\/holds\//);
});

test('a map that is painted anew is seen without a reload, and what was chosen stays', async () => {
    const event = await makeEvent({}, oneRow(4));
    const fan = await stage.arrive(DESKTOP);
    await fan.be(await register('Nora News'));
    await fan.visit(`/events/${event.id}/seats`);
    await fan.button(seats.asList).click();
    await fan.page
        .locator('summary', { hasText: /^\s*Row / })
        .first()
        .click();
    const boxes = fan.page.getByRole('checkbox');
    await boxes.nth(1).check();
    const [section] = oneRow(4).sections;
    await event.organiser.call('PUT', `/api/events/${event.id}/seat-map`, {
        sections: [
            {
                ...section,
                rows: [{ count: 1, seats: 4, tier: 1 }],
                marks: [{ seats: [[3, 3]], kind: 'restricted_view' }],
            },
        ],
    });
    await until(
        'the new prices are there',
        async () => (await fan.page.getByRole('checkbox', { name: /€60/ }).count()) === 4,
    );
    await shown(fan.text(seats.priceChanged('€60.00')));
    expect(await boxes.nth(1).isChecked()).toBe(true);
    await shown(fan.page.getByRole('checkbox', { name: new RegExp(seats.kinds[3] ?? '') }));
    await fan.button(seats.hold).click();
    await at(fan.page, /^\/holds\//);
    await shown(fan.text('€60.00').first());
});

test('a new price is seen without a reload, and the payment keeps the one it began with', async () => {
    const event = await makeEvent({}, oneRow(4));
    const tiers = (price_minor: number) => [{ tier: 0, name: 'Front', price_minor }];
    const setPrice = (price_minor: number) =>
        event.organiser.call('PATCH', `/api/events/${event.id}`, { tiers: tiers(price_minor) });
    const fan = await atList(event.id, 'Paula Price', DESKTOP);
    const boxes = fan.page.getByRole('checkbox');
    await boxes.nth(1).check();
    await setPrice(12_300);
    await shown(fan.text(seats.priceChanged('€123.00')));
    await until(
        'every seat has the new price',
        async () => (await fan.page.getByRole('checkbox', { name: /€123/ }).count()) === 4,
    );
    expect(await boxes.nth(1).isChecked()).toBe(true);
    await fan.button(seats.hold).click();
    await at(fan.page, /^\/holds\//);
    await shown(fan.text('€123.00').first());

    // Changed while one types: the payment begins with what it costs then, and says so.
    await setPrice(14_200);
    await fan.button(buy.go).click();
    await shown(fan.text(buy.priceChanged('€142.00')));
    await shown(fan.button(buy.pay('€142.00')));
    await setPrice(15_000);
    await fan.page.reload();
    await shown(fan.button(buy.pay('€142.00')));
    expect(await fan.text(/€150/).count()).toBe(0);
});

test('a list shows what a filter asks for, and what was chosen before', async () => {
    const [row] = oneRow(6).sections;
    const marked = { sections: [{ ...row, marks: [{ seats: [[4, 5]], kind: 'wheelchair' }] }] };
    const event = await makeEvent({}, marked);
    const fan = await atList(event.id, 'Fiona Filter', DESKTOP);
    const boxes = fan.page.getByRole('checkbox');
    await until('all six are listed', async () => (await boxes.count()) === 6);
    await boxes.first().check();
    await fan.button(seats.accessible).click();
    await until('two places and the one that was chosen', async () => (await boxes.count()) === 3);
    expect(await boxes.first().isChecked()).toBe(true);
    await fan.button(seats.accessible).click();
    await until('all six again', async () => (await boxes.count()) === 6);
});

test('a press on the small map goes there, and takes none of the seats below it', async () => {
    const [row] = oneRow(4).sections;
    const house = { sections: [{ ...row, rows: [{ count: 24, seats: 40, tier: 0 }] }] };
    const event = await makeEvent({}, house);
    const fan = await stage.arrive(DESKTOP);
    await fan.be(await register('Mia Map'));
    await fan.visit(`/events/${event.id}/seats`);
    await fan.button(seats.asMap).click();
    const small = fan.page.locator('.minimap');
    await until('it is as near as can be', async () => {
        const closer = fan.button(seats.zoomIn);
        if (await closer.isEnabled()) await closer.click();
        return (await small.count()) === 1 && !(await closer.isEnabled());
    });
    const seen = () => small.locator('span').evaluate(({ style }) => [style.left, style.top].map(parseFloat));
    const { width, height } = (await small.boundingBox())!;
    const [left = 0, top = 0] = await seen();
    await small.click({ position: { x: 18, y: 6 } });
    const upper = await until('the upper left is seen', async () => {
        const [x = 0, y = 0] = await seen();
        return x < left - 5 && y < top - 5 && { x, y };
    });
    await small.click({ position: { x: width - 18, y: height - 6 } });
    await until('the lower right is seen', async () => {
        const [x = 0, y = 0] = await seen();
        return x > upper.x + 10 && y > upper.y + 10;
    });
    expect(await fan.button(seats.hold).isEnabled()).toBe(false);
});

test('standing places are taken by number', async () => {
    const event = await makeEvent({}, MEADOW);
    const fan = await stage.arrive();
    await fan.be(await register('Stan Stander'));
    await fan.visit(`/events/${event.id}/seats`);
    await fan.button(seats.more).first().click();
    await fan.button(seats.more).first().click();
    await fan.button(seats.hold).click();
    await at(fan.page, /^\/holds\//);
    await shown(fan.text('€180.00').first());
});
