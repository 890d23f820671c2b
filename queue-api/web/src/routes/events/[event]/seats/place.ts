/** One's own place in the waiting room, by the cookie that the waiting room set. */

import type { Schema } from '$lib/api/client';
import { Problem, problemOf } from '$lib/api/problem';

export type Place = Schema['PlaceDocument'];

/** The place; null without one. */
export async function ownPlace(event: string): Promise<Place | null> {
    let response: Response;
    try {
        response = await fetch(`/api/events/${event}/waiting-room/place`, {
            headers: { 'Onsale-Client': 'web' },
        });
    } catch {
        throw new Problem('offline', 0, 'The server could not be reached.');
    }
    if (response.status === 404) return null;
    const body: unknown = await response.json();
    if (!response.ok) throw problemOf(response, body);
    return body as Place;
}
