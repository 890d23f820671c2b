/** A booking as its page follows it: by the socket, and by asking again while there is no news. */

import { api, ok, type Schema } from '$lib/api/client';
import { asProblem } from '$lib/api/problem';
import { session } from '$lib/session.svelte';
import { settled } from './stages';

const FIRST_LOOK_MS = 1_000;
const LONGEST_LOOK_MS = 15_000;

export class BookingFollower {
    booking = $state.raw<Schema['BookingView']>();
    event = $state.raw<Schema['EventDetail']>();
    error = $state.raw<unknown>();
    /** The link from the mail did not open it. */
    badKey = $state(false);
    #id = '';
    #waits = FIRST_LOOK_MS;
    #timer: ReturnType<typeof setTimeout> | undefined;
    #over = false;

    /** Follows a booking until the function it returns is called. `key` is a guest's, from a mail. */
    follow(id: string, key: string | null): () => void {
        this.#id = id;
        this.#over = false;
        let leave: (() => void) | undefined;
        void this.#open(key).then(async () => {
            const { live } = await import('$lib/live');
            if (this.#over) return;
            const look = () => void this.look();
            leave = live.subscribe({ to: 'bookings' }, (news) => news['booking'] === id && look(), look);
        });
        return () => {
            this.#over = true;
            clearTimeout(this.#timer);
            leave?.();
        };
    }

    async #open(key: string | null): Promise<void> {
        await session.load();
        await this.look();
        const { status } = this.error ? asProblem(this.error) : { status: 0 };
        if (!key || (status !== 401 && status !== 404)) return;
        try {
            const { user } = await ok<{ user: Schema['User'] }>(
                api.POST('/api/auth/booking-key' as '/api/auth/login', {
                    body: { booking: this.#id, key } as never,
                }) as never,
            );
            session.accept(user);
            await this.look();
        } catch {
            this.badKey = true;
        }
    }

    async look(): Promise<void> {
        clearTimeout(this.#timer);
        const path = { params: { path: { booking: this.#id } } };
        try {
            this.take(await ok(api.GET('/api/bookings/{booking}', path)));
            const event = { params: { path: { event: this.booking!.event } } };
            this.event ??= await ok(api.GET('/api/events/{event}', event));
            this.error = undefined;
        } catch (error) {
            this.error = error;
        }
        this.#plan();
    }

    take(booking: Schema['BookingView']): void {
        if (booking.status !== this.booking?.status) this.#waits = FIRST_LOOK_MS;
        this.booking = booking;
    }

    #plan(): void {
        clearTimeout(this.#timer);
        const gone = this.error && [401, 403, 404].includes(asProblem(this.error).status);
        if (this.#over || gone || (this.booking && settled(this.booking) && !this.error)) return;
        this.#timer = setTimeout(() => void this.look(), this.#waits);
        this.#waits = Math.min(LONGEST_LOOK_MS, this.#waits * 1.5);
    }

    async cancel(): Promise<boolean> {
        const path = { params: { path: { booking: this.#id } } };
        try {
            this.take(await ok(api.POST('/api/bookings/{booking}/cancel', path)));
            this.#plan();
            return true;
        } catch (error) {
            this.error = error;
            return false;
        }
    }
}
