/** The library of venues: maps that are made once and used by many events. */

import { api, ok } from '$lib/api/client';
import type { SeatMapDocument } from '$lib/seat-map/document';

export interface Venue {
    id: string;
    name: string;
    seat_map_hash: string;
    seat_count: number;
    /** RFC 3339. */
    updated_at: string;
    version: number;
}

type Call = (
    path: string,
    options?: object,
) => Promise<{ data?: unknown; error?: unknown; response: Response }>;
const { GET, POST, PUT, DELETE } = api as unknown as Record<'GET' | 'POST' | 'PUT' | 'DELETE', Call>;

/** One's own, by name. */
export async function venues(): Promise<Venue[]> {
    return (await ok(GET('/api/venues'))) as Venue[];
}

export function mapOfVenue({ seat_map_hash: hash }: Venue): Promise<SeatMapDocument> {
    return ok(api.GET('/api/seat-maps/{hash}', { params: { path: { hash } } }));
}

/** Keeps a map under a name; instead of the one of a venue, unless somebody has changed that meanwhile. */
export async function keepVenue(name: string, document: SeatMapDocument, over?: Venue): Promise<void> {
    const body = { name, document };
    if (!over) return void (await ok(POST('/api/venues', { body })));
    const params = { path: { venue: over.id } };
    const headers = { 'If-Match': `"${over.version}"` };
    await ok(PUT('/api/venues/{venue}', { params, headers, body }));
}

export async function forgetVenue(venue: Venue): Promise<void> {
    await ok(DELETE('/api/venues/{venue}', { params: { path: { venue: venue.id } } }));
}
