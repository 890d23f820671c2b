/** The waiting room without JavaScript: forms, and a page that is loaded again. */

import { expect, test } from 'vitest';
import { at, PHONE, shown, useBrowser } from './support/browser';
import { makeQueueEvent } from './support/people';
import { until } from './support/until';
import { heading, isShown, words } from './support/waiting';

const stage = useBrowser();

test('a browser without JavaScript joins, waits, and comes in', async () => {
    const room = { lease_cap: 5, rate_per_minute: 600, lobby_minutes: 60, claim_window_seconds: 600 };
    const fan = await stage.arrive({ ...PHONE, javaScriptEnabled: false });
    const event = await makeQueueEvent(15, { waiting_room: room });
    await fan.visit(`/events/${event.id}/waiting-room`);
    await fan.button(words.join).click();
    await heading(fan, words.lobby_title);
    await shown(fan.text(words.keep));
    const place = (await fan.context.cookies()).find(({ name }) => name.startsWith('onsale_place_'));

    await fan.page.reload();
    await heading(fan, words.lobby_title);
    await until('the turn comes', async () => {
        // The page does so by itself every few seconds.
        await fan.page.reload();
        return isShown(fan, 'turn');
    });
    const kept = (await fan.context.cookies()).find(({ name }) => name.startsWith('onsale_place_'));
    expect(kept?.value).toBe(place?.value);
    await fan.button(words.enter).click();
    await at(fan.page, /^\/events\/[^/]+\/seats$/);
    const cookies = await fan.context.cookies();
    expect(cookies.some(({ name }) => name.startsWith('onsale_pass_'))).toBe(true);

    await fan.visit(`/events/${event.id}/waiting-room`);
    await heading(fan, words.shop_title);
    await fan.text(words.leave).click();
    await fan.button(words.leave_yes).click();
    await shown(fan.text(words.left_text));
    await shown(fan.button(words.join));
});
