/** A sale without a waiting room, bought by a guest on a phone. */

import { expect, test } from 'vitest';
import browse from '../src/lib/i18n/fan/browse/en';
import buy from '../src/lib/i18n/fan/buy/en';
import mine from '../src/lib/i18n/fan/mine/en';
import { at, shown, useBrowser, type Visitor } from './support/browser';
import { card, confirmed, findBest, goOn, pay, sayWho } from './support/buying';
import { mailTo, textOf } from './support/mailbox';
import { DECLINED_CARD, makeEvent } from './support/people';
import { until } from './support/until';

const stage = useBrowser();

/** Somebody who is at the payment of two seats. */
async function atPayment(differs: object = {}): Promise<{ fan: Visitor; email: string; event: string }> {
    const [event, fan] = await Promise.all([makeEvent(differs), stage.arrive()]);
    await fan.visit(`/events/${event.id}/seats`);
    await findBest(fan);
    await goOn(fan);
    const email = await sayWho(fan);
    return { fan, email, event: event.id };
}

test('from the home page to the ticket, as a guest', async () => {
    const [event, fan] = await Promise.all([makeEvent(), stage.arrive()]);
    await fan.visit('/');
    await fan.page.getByRole('searchbox').first().fill(event.title);
    await fan.link(event.title).first().click();
    await fan.link(browse.choose).click();
    await findBest(fan);
    await goOn(fan);
    const email = await sayWho(fan);
    await pay(fan);
    const booking = await confirmed(fan);
    const { source } = await mailTo(email);
    expect(source).toMatch(/content-type:\s*application\/pdf/i);
    expect(textOf(source)).toContain(`/bookings/${booking}`);
    await fan.link(buy.showTickets).click();
    await at(fan.page, /^\/tickets\/[^/]+$/);
    await shown(fan.page.getByRole('img', { name: /^QR code/ }));
    await fan.visit('/tickets');
    await shown(fan.text(event.title).first());
    await shown(fan.page.getByRole('heading', { name: mine.tickets }));
});

test('a declined card keeps the seats, and a good one pays once', async () => {
    const { fan } = await atPayment();
    await pay(fan, DECLINED_CARD);
    await shown(fan.text(buy.declined['card_declined'] ?? ''));
    const focused = () => card(fan).evaluate((field) => field === document.activeElement);
    await until('another card can be typed at once', focused);
    await pay(fan);
    await confirmed(fan);
});

test('two presses on Pay are one booking', async () => {
    const { fan } = await atPayment();
    let bookings = 0;
    fan.page.on('response', (response) => {
        const { pathname } = new URL(response.url());
        if (pathname === '/api/bookings' && response.request().method() === 'POST') bookings++;
    });
    await card(fan).fill('4242424242424242');
    await fan.button(/^Pay /).dblclick();
    await confirmed(fan);
    expect(bookings).toBe(1);
});
