/** What those who wait may do beside waiting: look away when their turn comes, and go on elsewhere. */

import { expect, test } from 'vitest';
import { at, shown, useBrowser } from './support/browser';
import { makeQueueEvent, register } from './support/people';
import { heading, joinRoom, live, steer, takeLease, words } from './support/waiting';

const stage = useBrowser();
const ONE_AT_A_TIME = { lease_cap: 1, rate_per_minute: 600, lobby_minutes: 60, claim_window_seconds: 600 };

test('who does not answer is asked once more, and comes in by one press', async () => {
    const fan = await stage.arrive();
    const room = { ...ONE_AT_A_TIME, claim_window_seconds: 5, grace_seconds: 120 };
    const event = await makeQueueEvent(-60, { waiting_room: room });
    await joinRoom(fan, event);
    await heading(fan, words.turn_title);
    await heading(fan, words.still_title);
    expect(await fan.page.title()).toContain(live.still);
    expect(await fan.page.locator('#loud').textContent()).toBe(live.still);
    const left = await fan.page.locator('#still').getByRole('timer').textContent();
    expect(left).toMatch(/^[12]:\d\d$/);
    await fan.button(words.still_yes).click();
    await at(fan.page, /^\/events\/[^/]+\/seats$/);
});

test('the odds are told, and a link brings the place to another device', async () => {
    const event = await makeQueueEvent(-60, { waiting_room: ONE_AT_A_TIME });
    const [shopper, fan] = await Promise.all([
        register('Sheila Shopper'),
        stage.arrive({ permissions: ['clipboard-read', 'clipboard-write'] }),
    ]);
    await takeLease(event, shopper);
    await joinRoom(fan, event);
    await heading(fan, words.line_title);
    await shown(fan.page.locator('[data-t=odds]').getByText(live.odds_likely));
    await shown(fan.page.getByText(/^Still on sale: €60.00 to €90.00$/));

    await fan.text(words.link).click();
    const field = fan.page.getByLabel(words.link_label);
    const link = await field.inputValue();
    expect(link).toContain(`/events/${event.id}/waiting-room?resume=`);
    const code = await fan.page.getByRole('link', { name: words.link_qr }).getAttribute('href');
    expect((await fan.page.request.get(code!)).headers()['content-type']).toBe('image/svg+xml');
    await fan.button(live.link_copy).click();
    await shown(fan.button(live.link_copied));
    expect(await fan.page.evaluate('navigator.clipboard.readText()')).toBe(link);

    const phone = await stage.arrive();
    await phone.visit(link.slice(new URL(link).origin.length));
    await heading(phone, words.line_title);
    expect(new URL(phone.page.url()).search).toBe('');
    const number = (visitor: typeof fan) => visitor.page.locator('[data-t=number]').textContent();
    expect(await number(phone)).toBe(await number(fan));
    await steer(event, { lease_cap: 2 });
    await Promise.all([fan, phone].map((visitor) => heading(visitor, words.turn_title)));
});
