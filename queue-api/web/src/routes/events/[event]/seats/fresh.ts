/** Takes over what the organiser has changed of an event while somebody chooses its seats. */

import { api, ok } from '$lib/api/client';
import type { SeatMap } from '$lib/seat-map/expand';
import { sameSeats } from '$lib/seat-map/same';
import { geometry, type Choice, type EventDetail } from './choice.svelte';
import { findHold } from './holds';

/** Takes over what is new; false: nothing was, or there was no time for it. */
export async function takeNews(choice: Choice): Promise<boolean> {
    const before = choice.event;
    if (!before || choice.busy) return false;
    const event = await ok(api.GET('/api/events/{event}', { params: { path: { event: choice.id } } }));
    if (event.version <= before.version) return false;
    const hash = event.seat_map?.hash;
    const map = hash === before.seat_map?.hash ? choice.map : hash && (await geometry(hash));
    // Meanwhile it was loaded anew, or is being held.
    if (choice.event !== before || choice.busy) return false;
    if (map && adopt(choice, event, map)) {
        // What is held gets its price when it is paid for.
        if (choice.hold) choice.hold = (await findHold(choice.id)) ?? choice.hold;
        return true;
    }
    // Other seats: nothing of what was chosen is there any more.
    choice.chosen = new Set();
    choice.standing = new Map();
    await choice.load();
    return true;
}

/** Shows the event as it is now, on a map of the same seats; what is chosen and held stays. False: the seats are others. */
export function adopt(choice: Choice, event: EventDetail, map: SeatMap): boolean {
    const { map: seen, states } = choice;
    if (!seen || !states) return false;
    if (map !== seen) {
        if (!sameSeats(seen, map)) return false;
        states.repaint(map);
        choice.map = map;
    }
    choice.event = event;
    if (event.status !== 'published') choice.gate = 'over';
    return true;
}
