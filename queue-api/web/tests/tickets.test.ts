/** Tickets once they are bought: without a network, and given back. */

import { test } from 'vitest';
import buy from '../src/lib/i18n/fan/buy/en';
import { shown, useBrowser } from './support/browser';
import { makeEvent, register } from './support/people';

const stage = useBrowser();

test('a ticket that was opened once is there without a network', async () => {
    const [event, person, fan] = await Promise.all([makeEvent(), register('Otto Offline'), stage.arrive()]);
    const { items } = await person.buy(event.id, 1);
    await fan.be(person);
    await fan.visit('/tickets');
    await shown(fan.text(event.title).first());
    await fan.visit(`/tickets/${items[0]?.ticket}`);
    const code = fan.page.getByRole('img', { name: /^QR code/ });
    await shown(code);
    await fan.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await fan.page.reload();
    await shown(code);
    await fan.offline(true);
    await fan.page.reload();
    await shown(code);
    await fan.visit('/tickets');
    await shown(fan.text(event.title).first());
});

test('a booking is cancelled by its fan, and its money goes back', async () => {
    const [event, person, fan] = await Promise.all([makeEvent(), register('Carla Cancel'), stage.arrive()]);
    const booking = await person.buy(event.id, 2);
    await fan.be(person);
    await fan.visit(`/bookings/${booking.id}`);
    await fan.button(buy.cancel).click();
    await fan.page.getByRole('button', { name: buy.cancelYes, exact: true }).click();
    await shown(fan.page.getByRole('heading', { name: buy.cancelled }));
    await shown(fan.text(/^€180\.00 (is on its way back|was returned) to your card/));
});
