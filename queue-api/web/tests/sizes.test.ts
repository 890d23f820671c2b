/** How much a phone has to load, as the network sees it. */

import { expect, test } from 'vitest';
import { shown, useBrowser, type Visitor } from './support/browser';
import { findBest } from './support/buying';
import { makeEvent, makeQueueEvent } from './support/people';

const stage = useBrowser();
const KILOBYTE = 1000;
/** A kilobyte more than it takes, and may only shrink. What a fan needs until the first seat must stay below 60. */
const FIRST_SEAT_LIMIT = 58 * KILOBYTE;
const MAP_LIMIT = 74 * KILOBYTE;
const COLD_LIMIT = 67 * KILOBYTE;
const WAITING_ROOM_LIMIT = 14 * KILOBYTE;

interface Loaded {
    url: string;
    type: string;
    bytes: number;
}

/** What the page loads from now on: compressed sizes of the contents. */
async function listen({ context, page }: Visitor): Promise<Map<string, Loaded>> {
    const session = await context.newCDPSession(page);
    const loaded = new Map<string, Loaded>();
    session.on('Network.responseReceived', ({ requestId, response, type }) => {
        loaded.set(requestId, { url: response.url, type, bytes: 0 });
    });
    session.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
        const one = loaded.get(requestId);
        if (one) one.bytes += encodedDataLength;
    });
    await session.send('Network.enable');
    return loaded;
}

/** Scripts that were loaded, each once, and what they weigh together. */
function scriptsOf(loaded: Map<string, Loaded>): { total: number; list: string } {
    const scripts = new Map(
        [...loaded.values()]
            .filter(({ type, bytes }) => type === 'Script' && bytes > 0)
            .map(({ url, bytes }) => [url, bytes]),
    );
    expect(scripts.size).toBeGreaterThan(0);
    const total = [...scripts.values()].reduce((sum, bytes) => sum + bytes, 0);
    return { total, list: [...scripts].join('\n') };
}

/** Whatever draws the map never arrives. */
async function withoutMap({ page }: Visitor): Promise<{ asked: string[] }> {
    const withheld = { asked: [] as string[] };
    await page.route('**/_app/**/*.js', async (route) => {
        const url = route.request().url();
        const script = await (await fetch(url)).text();
        if (!script.includes('getContext')) return route.continue();
        withheld.asked.push(url);
    });
    return withheld;
}

test('from the home page to the first seat, which needs no map', async () => {
    const event = await makeEvent();
    const fan = await stage.arrive();
    const withheld = await withoutMap(fan);
    const loaded = await listen(fan);
    await fan.visit('/');
    await fan.visit(`/events/${event.id}`);
    await fan.visit(`/events/${event.id}/seats`);
    await findBest(fan);
    expect(withheld.asked).not.toEqual([]);
    const { total, list } = scriptsOf(loaded);
    expect(total, list).toBeLessThanOrEqual(FIRST_SEAT_LIMIT);
    // Asked for and not answered: let go, so that the page can be closed.
    await fan.page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('from the home page to the map', async () => {
    const event = await makeEvent();
    const fan = await stage.arrive();
    const loaded = await listen(fan);
    await fan.visit('/');
    await fan.visit(`/events/${event.id}`);
    await fan.visit(`/events/${event.id}/seats`);
    await shown(fan.page.locator('canvas').first());
    const { total, list } = scriptsOf(loaded);
    expect(total, list).toBeLessThanOrEqual(MAP_LIMIT);
});

test('straight to the map, by somebody who was never here', async () => {
    const event = await makeEvent();
    const fan = await stage.arrive();
    const loaded = await listen(fan);
    await fan.visit(`/events/${event.id}/seats`);
    await shown(fan.page.locator('canvas').first());
    const { total, list } = scriptsOf(loaded);
    expect(total, list).toBeLessThanOrEqual(COLD_LIMIT);
});

test('the waiting room is one response of at most 14 kB', async () => {
    const event = await makeQueueEvent(600, { waiting_room: { lobby_minutes: 60 } });
    const fan = await stage.arrive();
    const loaded = await listen(fan);
    await fan.visit(`/events/${event.id}/waiting-room`);
    const page = [...loaded.values()].filter(({ type }) => type === 'Document');
    const others = [...loaded.values()].filter(({ type }) =>
        ['Script', 'Stylesheet', 'Font', 'Image'].includes(type),
    );
    expect(page).toHaveLength(1);
    expect(page[0]!.bytes).toBeLessThanOrEqual(WAITING_ROOM_LIMIT);
    expect(others.filter(({ url }) => !url.startsWith('data:') && !url.endsWith('/icon.svg'))).toEqual([]);
});
