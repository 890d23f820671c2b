/** Finding a ticket by who holds it. */

import { api, ok } from '$lib/api/client';

/** A ticket that was found. */
export interface Found {
    id: string;
    holder: string;
    admits_to: string;
    tier_name: string;
    status: 'valid' | 'used' | 'cancelled' | 'transferred';
    /** What its QR says; none of one that admits no more. */
    code?: string | null;
}

/** Fewer letters find everybody. */
export const LEAST_LETTERS = 2;

export async function searchTickets(event: string, q: string, signal: AbortSignal): Promise<Found[]> {
    const options = { params: { path: { event }, query: { q } }, signal };
    const found = await ok<{ items: Found[] }>(
        api.GET('/api/events/{event}/door-search' as '/api/events', options as never) as never,
    );
    return found.items;
}
