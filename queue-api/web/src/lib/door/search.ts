/** Finding a ticket by who holds it. */

import { api, ok, type Schema } from '$lib/api/client';

/** A ticket that was found. */
export type Found = Schema['FoundTicket'];

/** Fewer letters find everybody. */
export const LEAST_LETTERS = 2;

export async function searchTickets(event: string, q: string, signal: AbortSignal): Promise<Found[]> {
    const params = { path: { event }, query: { q } };
    return (await ok(api.GET('/api/events/{event}/door-search', { params, signal }))).tickets;
}
