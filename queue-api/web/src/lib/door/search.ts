/** Finding a ticket by who holds it. */

import { api, ok } from '$lib/api/client';

/** A ticket that was found. */
export interface Found {
    id: string;
    holder: string;
    /** Seat or area. */
    label: string;
    tier_name: string;
    status: 'valid' | 'used';
    used_at: string | null;
    /** To check it in with. */
    code: string;
}

/** Fewer letters find everybody. */
export const LEAST_LETTERS = 2;

export async function searchTickets(event: string, q: string, signal: AbortSignal): Promise<Found[]> {
    const options = { params: { path: { event }, query: { q } }, signal };
    const found = await ok<{ tickets: Found[] }>(
        api.GET('/api/events/{event}/door-search' as '/api/events', options as never) as never,
    );
    return found.tickets;
}
