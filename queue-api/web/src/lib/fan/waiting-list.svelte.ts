/** The waiting list of an event and one's own entry: looked at again now and then, and when there is news. */

import { api, idempotencyKey, ok, type Schema } from '$lib/api/client';
import { live } from '$lib/live';
import { session } from '$lib/session.svelte';

const LOOK_AGAIN_MS = 15_000;

export class WaitingListView {
    list = $state.raw<Schema['ListView']>();
    error = $state.raw<unknown>();
    busy = $state(false);
    #event = '';
    #follows = false;
    #unsubscribe: (() => void) | undefined;

    /** Follows the list of an event until the function it returns is called. */
    follow(event: string): () => void {
        this.#event = event;
        this.#follows = true;
        const look = () => document.visibilityState === 'visible' && void this.look();
        const timer = setInterval(look, LOOK_AGAIN_MS);
        void session.load().then(() => {
            look();
            this.#listen();
        });
        document.addEventListener('visibilitychange', look);
        return () => {
            this.#follows = false;
            clearInterval(timer);
            this.#unsubscribe?.();
            this.#unsubscribe = undefined;
            document.removeEventListener('visibilitychange', look);
        };
    }

    /** News is for those who have a session; a guest gets one by joining. */
    #listen(): void {
        if (!this.#follows || !session.user) return;
        this.#unsubscribe ??= live.subscribe({ to: 'bookings' }, (news) => {
            if (news['event'] === this.#event) void this.look();
        });
    }

    async look(): Promise<void> {
        try {
            this.list = await ok(api.GET('/api/events/{event}/waiting-list', this.#path()));
        } catch {
            // What is shown stays; the next look may work.
        }
    }

    join(wish: Schema['WaitingListWish']): Promise<void> {
        return this.#do(async () => {
            await session.ensure();
            this.#listen();
            const headers = { 'idempotency-key': idempotencyKey() };
            const params = { ...this.#path().params, header: headers };
            await ok(api.POST('/api/events/{event}/waiting-list', { params, body: wish }));
        });
    }

    /** Leaves the list, or gives back what is offered. */
    leave(): Promise<void> {
        return this.#do(async () => {
            await ok(api.DELETE('/api/events/{event}/waiting-list', this.#path()));
        });
    }

    async #do(act: () => Promise<void>): Promise<void> {
        this.busy = true;
        this.error = undefined;
        try {
            await act();
        } catch (error) {
            this.error = error;
        }
        await this.look();
        this.busy = false;
    }

    #path() {
        return { params: { path: { event: this.#event } } };
    }
}
