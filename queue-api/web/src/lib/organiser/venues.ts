/** The library of venues: maps that are made once and used by many events. */

import { api, ok, type Schema } from '$lib/api/client';
import type { SeatMapDocument } from '$lib/seat-map/document';

export type Venue = Schema['Venue'];

/** One's own, by name. */
export function venues(): Promise<Venue[]> {
    return ok(api.GET('/api/venues'));
}

export function mapOfVenue({ seat_map_hash: hash }: Venue): Promise<SeatMapDocument> {
    return ok(api.GET('/api/seat-maps/{hash}', { params: { path: { hash } } }));
}

/** Keeps a map under a name; instead of the one of a venue, unless somebody has changed that meanwhile. */
export async function keepVenue(name: string, document: SeatMapDocument, over?: Venue): Promise<void> {
    const body = { name, document };
    if (!over) return void (await ok(api.POST('/api/venues', { body })));
    const params = { path: { venue: over.id } };
    const headers = { 'If-Match': `"${over.version}"` };
    await ok(api.PUT('/api/venues/{venue}', { params, headers, body }));
}

export async function forgetVenue(venue: Venue): Promise<void> {
    await ok(api.DELETE('/api/venues/{venue}', { params: { path: { venue: venue.id } } }));
}
