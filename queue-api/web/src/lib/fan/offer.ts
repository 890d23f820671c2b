/** What an event offers at a moment: the words on its card and the button on its page follow from it. */

import type { Schema } from '$lib/api/client';

export type Offer =
    | { state: 'cancelled' | 'over' | 'sold-out' | 'waiting-room' | 'on-sale' }
    /** The sale opens then, Unix ms. */
    | { state: 'soon'; opens: number }
    | { state: 'few'; left: number };

type Sold = Pick<Schema['EventItem'], 'status' | 'starts_at' | 'sale_opens_at' | 'demand'>;

/** So few tickets are worth telling. */
const FEW = 50;
/** An opening this near is counted down. */
export const NEAR_MS = 24 * 3_600_000;

/** `available`: seats and places left, where that is known; `now`: the server's clock, Unix ms. */
export function offerOf(event: Sold, available: number | null | undefined, now: number): Offer {
    if (event.status === 'cancelled') return { state: 'cancelled' };
    if (event.status === 'archived' || Date.parse(event.starts_at) <= now) return { state: 'over' };
    const opens = Date.parse(event.sale_opens_at);
    if (opens > now) return { state: 'soon', opens };
    if (available === 0) return { state: 'sold-out' };
    if (event.demand === 'queue') return { state: 'waiting-room' };
    if (available != null && available <= FEW) return { state: 'few', left: available };
    return { state: 'on-sale' };
}
