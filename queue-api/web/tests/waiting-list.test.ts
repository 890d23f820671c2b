/** A sold-out event: joining its waiting list as a guest, being offered what returns, and buying it. */

import { expect, test } from 'vitest';
import waiting from '../src/lib/i18n/fan/waiting-list/en';
import { at, shown, useBrowser } from './support/browser';
import { confirmed, pay, sayWho } from './support/buying';
import { mailTo, unquoted } from './support/mailbox';
import { makeEvent, newEmail, oneRow, register } from './support/people';

const stage = useBrowser();

test('what returns is offered to the guest who waits, by mail and on the page, and bought', async () => {
    const [event, other, fan] = await Promise.all([
        makeEvent({}, oneRow(1)),
        register('Otto Other'),
        stage.arrive(),
    ]);
    const booking = await other.buy(event.id, 1);
    const email = newEmail();
    await fan.visit(`/events/${event.id}`);
    await fan.button(waiting.open).click();
    await fan.page.getByLabel(waiting.email).fill(email);
    await fan.button(waiting.join).click();
    await shown(fan.text(waiting.on));
    await shown(fan.text(waiting.ahead(0)));

    await other.call('POST', `/api/bookings/${booking.id}/cancel`, {});
    const { source } = await mailTo(email, /waiting list/);
    const [, link] = /(\/holds\/[0-9a-f-]+\?offer=[0-9a-f]+)/.exec(unquoted(source)) ?? [];
    expect(link, 'the mail leads to the checkout').toBeDefined();
    await expect(
        other.call('POST', `/api/events/${event.id}/holds`, { best_available: { quantity: 1 } }),
    ).rejects.toThrow('not-enough-seats');

    // On another device, where nobody is signed in.
    const elsewhere = await stage.arrive();
    await elsewhere.page.goto(link ?? '');
    await at(elsewhere.page, /^\/holds\//);
    await shown(fan.text(waiting.offer));
    await fan.link(waiting.take).click();
    await at(fan.page, /^\/holds\//);
    await sayWho(fan, email);
    await pay(fan);
    await confirmed(fan);
});
