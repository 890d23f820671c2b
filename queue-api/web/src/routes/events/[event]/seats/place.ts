/** One's own place in the waiting room, by the cookie that the waiting room set. */

import { api, type Schema } from '$lib/api/client';
import { problemOf } from '$lib/api/problem';

export type Place = Schema['PlaceDocument'];

/** The place; null without one. */
export async function ownPlace(event: string): Promise<Place | null> {
    const { data, error, response } = await api.GET('/api/events/{event}/waiting-room/place', {
        params: { path: { event } },
    });
    if (response.status === 404) return null;
    if (!data) throw problemOf(response, error);
    return data;
}
