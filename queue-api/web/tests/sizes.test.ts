/** How much a phone has to load, as the network sees it. */

import { expect, test } from 'vitest';
import { shown, useBrowser, type Visitor } from './support/browser';
import { makeEvent, makeQueueEvent } from './support/people';

const stage = useBrowser();
const KILOBYTE = 1000;
/** What it takes now, and may only shrink; the aim is 60. */
const SCRIPTS_LIMIT = 86 * KILOBYTE;
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

test('the way to the first seat takes no more scripts than it did', async () => {
    const event = await makeEvent();
    const fan = await stage.arrive();
    const loaded = await listen(fan);
    await fan.visit('/');
    await fan.visit(`/events/${event.id}`);
    await fan.visit(`/events/${event.id}/seats`);
    await shown(fan.page.locator('canvas').first());
    const scripts = new Map(
        [...loaded.values()]
            .filter(({ type, bytes }) => type === 'Script' && bytes > 0)
            .map(({ url, bytes }) => [url, bytes]),
    );
    const total = [...scripts.values()].reduce((sum, bytes) => sum + bytes, 0);
    expect(scripts.size).toBeGreaterThan(0);
    expect(total, [...scripts].join('\n')).toBeLessThanOrEqual(SCRIPTS_LIMIT);
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
