/** An event as its page follows it: looked at again now and then, and when somebody comes back to the page. */

import { api, ok, type Schema } from '$lib/api/client';

const LOOK_AGAIN_MS = 20_000;

export class EventView {
    event = $state.raw<Schema['EventDetail']>();
    /** Of one that is sold through its waiting room. */
    room = $state.raw<Schema['RoomDocument']>();
    error = $state.raw<unknown>();

    /** Follows an event until the function it returns is called. */
    follow(id: string): () => void {
        const look = () => document.visibilityState === 'visible' && void this.look(id);
        this.event = this.room = undefined;
        look();
        const timer = setInterval(look, LOOK_AGAIN_MS);
        document.addEventListener('visibilitychange', look);
        return () => {
            clearInterval(timer);
            document.removeEventListener('visibilitychange', look);
        };
    }

    async look(id: string): Promise<void> {
        const path = { params: { path: { event: id } } };
        try {
            const event = await ok(api.GET('/api/events/{event}', path));
            if (event.demand === 'queue' && event.status === 'published') {
                const room = await api.GET('/api/events/{event}/waiting-room', path).catch(() => undefined);
                this.room = room?.data ?? this.room;
            }
            this.event = event;
            this.error = undefined;
        } catch (error) {
            // What is shown stays, if anything is.
            this.error = error;
        }
    }
}
