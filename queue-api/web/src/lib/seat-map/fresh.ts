/** Takes over what the organiser has changed of an event while its seats are shown. */

import { readEvent, type EventDetail } from '$lib/api/events';
import type { SeatMap } from './expand';
import { geometry } from './geometry';
import { sameSeats } from './same';
import type { SeatStates } from './states';

/** Whatever shows an event's seats. */
export interface Shown {
    event: EventDetail | undefined;
    map: SeatMap | undefined;
    states: SeatStates | undefined;
    /** Something is under way that must not be disturbed. */
    readonly busy?: unknown;
}

/** `none`: there was nothing new, or no time for it. `other`: the event has other seats than those that are shown. */
export type News = 'none' | 'taken' | 'other';

/** Takes over what is new, as far as the seats are the same. */
export async function takeNews(shown: Shown): Promise<News> {
    const before = shown.event;
    if (!before || shown.busy) return 'none';
    const { event } = await readEvent(before.id);
    if (event.version <= before.version) return 'none';
    const hash = event.seat_map?.hash;
    const map = hash === before.seat_map?.hash ? shown.map : hash && (await geometry(hash));
    // Meanwhile it was loaded anew, or is being held.
    if (shown.event !== before || shown.busy) return 'none';
    return map && adopt(shown, event, map) ? 'taken' : 'other';
}

/** Shows the event as it is now, on a map of the same seats; what is chosen and held stays. False: the seats are others. */
export function adopt(shown: Shown, event: EventDetail, map: SeatMap): boolean {
    const { map: seen, states } = shown;
    if (!seen || !states) return false;
    if (map !== seen) {
        if (!sameSeats(seen, map)) return false;
        states.repaint(map);
        shown.map = map;
    }
    shown.event = event;
    return true;
}
