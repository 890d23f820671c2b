/** An event with the tag of its version. */

import { api, ok, type Schema } from './client';

export type EventDetail = Schema['EventDetail'];

export interface ReadEvent {
    event: EventDetail;
    /** For `If-Match`. */
    tag: string | undefined;
}

/** One event. */
export function readEvent(id: string): Promise<ReadEvent> {
    return withTag(api.GET('/api/events/{event}', { params: { path: { event: id } } }));
}

/** Changes what is named and nothing else; with a tag only if nobody else has changed the event since. */
export function changeEvent(
    id: string,
    change: Partial<Schema['EventChange']>,
    tag?: string,
): Promise<ReadEvent> {
    return withTag(
        api.PATCH('/api/events/{event}', {
            params: { path: { event: id } },
            // What is left out stays, though the document gives it a default.
            body: change as Schema['EventChange'],
            headers: tag ? { 'If-Match': tag } : {},
        }),
    );
}

async function withTag(
    call: Promise<{ data?: EventDetail; error?: unknown; response: Response }>,
): Promise<ReadEvent> {
    const answer = await call;
    const event = await ok<EventDetail>(Promise.resolve(answer));
    return { event, tag: answer.response.headers.get('ETag') ?? undefined };
}
