/** Reloading anywhere on the way loses nothing. */

import { expect, test } from 'vitest';
import buy from '../src/lib/i18n/fan/buy/en';
import seats from '../src/lib/i18n/seats/en';
import { at, shown, useBrowser } from './support/browser';
import { card, confirmed, findBest, goOn, pay, sayWho } from './support/buying';
import { makeEvent } from './support/people';

const stage = useBrowser();

test('with seats on hold, at the details, at the payment, and after it', async () => {
    const [event, fan] = await Promise.all([makeEvent(), stage.arrive()]);
    await fan.visit(`/events/${event.id}/seats`);
    await findBest(fan);
    await fan.page.reload();
    await shown(fan.text(seats.holdThere));
    await fan.page.getByRole('link', { name: seats.goOn }).or(fan.button(seats.goOn)).first().click();
    await at(fan.page, /^\/holds\//);
    await fan.page.reload();
    await sayWho(fan);
    const checkout = fan.page.url();
    await fan.page.reload();
    expect(fan.page.url()).toBe(checkout);
    // The details are known; they need only be confirmed, if asked for at all.
    await shown(fan.button(buy.go).or(card(fan)).first());
    if (await fan.button(buy.go).isVisible()) await fan.button(buy.go).click();
    await pay(fan);
    await at(fan.page, /^\/bookings\//);
    await fan.page.reload();
    await confirmed(fan);
});

test('the checkout is the same in a second tab', async () => {
    const [event, fan] = await Promise.all([makeEvent(), stage.arrive()]);
    await fan.visit(`/events/${event.id}/seats`);
    await findBest(fan);
    const hold = await goOn(fan);
    const second = await fan.context.newPage();
    await second.goto(`/holds/${hold}`);
    await shown(second.getByLabel(buy.email, { exact: true }));
});
