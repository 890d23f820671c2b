/** An event with the tag of its version. */

import { api, ok, type Schema } from './client';

export type EventDetail = Schema['EventDetail'];

export interface ReadEvent {
    event: EventDetail;
    /** For `If-Match`. */
    tag: string | undefined;
}

/** One event. */
export async function readEvent(id: string): Promise<ReadEvent> {
    const answer = await api.GET('/api/events/{event}', { params: { path: { event: id } } } as never);
    const event = await ok<EventDetail>(Promise.resolve(answer) as never);
    return { event, tag: answer.response.headers.get('ETag') ?? undefined };
}
