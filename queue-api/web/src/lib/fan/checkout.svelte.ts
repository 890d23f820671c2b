/** A hold on its way to a booking, as the checkout page shows it. */

import { api, idempotencyKey, ok, type Schema } from '$lib/api/client';
import { asProblem } from '$lib/api/problem';
import { session } from '$lib/session.svelte';
import { attemptOf, freshAttempt } from './attempt';
import { held, type Held } from './held.svelte';
import { pay } from './pay';
import { isGuest, signInOver, type Credentials } from './people';

type Hold = Schema['HoldView'];

export type Step = 'loading' | 'details' | 'payment' | 'expired' | 'gone' | 'trouble';

/** The same seats and places. */
export function wishOf(hold: Hold): Schema['HoldInput'] {
    if (hold.seats.length > 0) return { seats: hold.seats.map((seat) => seat.seat) };
    return { areas: hold.areas.map(({ area, quantity }) => ({ area, quantity })) };
}

export class CheckoutView {
    step = $state<Step>('loading');
    hold = $state.raw<Hold>();
    event = $state.raw<Schema['EventDetail']>();
    /** Unix ms of the server's clock. */
    deadline = $state(0);
    extended = $state(false);
    /** Something is under way that must not be begun twice. */
    busy = $state(false);
    error = $state.raw<unknown>();
    /** What is known of a hold that is over. */
    past = $state.raw<Held | null>(null);
    #id = '';
    #booking: string | undefined;

    /** Shows a hold. The id of the booking when it was booked already. */
    async open(id: string): Promise<string | undefined> {
        this.#id = id;
        this.#booking = undefined;
        this.error = undefined;
        this.past = held.current?.hold === id ? held.current : null;
        if (!this.hold) this.step = 'loading';
        try {
            await session.load();
            const hold = await ok(api.GET('/api/holds/{hold}', { params: { path: { hold: id } } }));
            return await this.#show(hold);
        } catch (error) {
            return this.#notThere(error);
        }
    }

    async #show(hold: Hold): Promise<string | undefined> {
        const path = { params: { path: { event: hold.event_id } } };
        this.event ??= await ok(api.GET('/api/events/{event}', path));
        this.hold = hold;
        this.deadline = hold.deadline_ms;
        this.extended = hold.extended;
        const attempt = attemptOf(hold.id);
        if (hold.booked) {
            held.forget(hold.id);
            return attempt?.booking ?? (await this.#checkOut());
        }
        this.#remember();
        this.#booking = attempt?.booking;
        // Reloaded in the middle of paying.
        this.step = attempt && session.user?.email && session.user.name ? 'payment' : 'details';
        return undefined;
    }

    #remember(): void {
        const { hold, event } = this;
        if (!hold || !event) return;
        const { id, event_id } = hold;
        this.past = {
            hold: id,
            event: event_id,
            title: event.title,
            deadline: this.deadline,
            wish: wishOf(hold),
        };
        held.keep(this.past);
    }

    #notThere(error: unknown): string | undefined {
        const problem = asProblem(error);
        if (problem.status !== 404 && problem.kind !== 'hold-expired') {
            this.error = problem;
            this.step = 'trouble';
            return undefined;
        }
        const booking = attemptOf(this.#id)?.booking;
        this.step = this.past ? 'expired' : 'gone';
        return booking && this.step === 'gone' ? booking : undefined;
    }

    /** The time is over by the clock; the server has the last word. */
    async timeOver(): Promise<void> {
        if (this.busy || this.step === 'expired') return;
        await this.open(this.#id);
    }

    async #checkOut(): Promise<string> {
        const path = { params: { path: { hold: this.#id } } };
        const checkout = await ok(api.POST('/api/holds/{hold}/checkout', path));
        this.deadline = Date.parse(checkout.deadline);
        this.extended = true;
        this.#booking = checkout.booking_id;
        if (attemptOf(this.#id)?.booking !== this.#booking) freshAttempt(this.#id, this.#booking);
        this.#remember();
        return this.#booking;
    }

    /** More time, once. */
    moreTime(): Promise<void> {
        return this.#alone(async () => void (await this.#checkOut()));
    }

    /** On to the payment, as whoever is signed in. */
    proceed(): Promise<void> {
        return this.#alone(async () => {
            await this.#checkOut();
            this.step = 'payment';
        });
    }

    /** The booking that came of the payment; undefined when none did, see `error`. */
    async pay(number: string): Promise<string | undefined> {
        let booking: string | undefined;
        await this.#alone(async () => {
            booking = await pay(this.#id, this.#booking ?? (await this.#checkOut()), number);
            held.forget(this.#id);
        });
        return booking;
    }

    async giveBack(): Promise<boolean> {
        await this.#alone(async () => {
            await ok(api.DELETE('/api/holds/{hold}', { params: { path: { hold: this.#id } } }));
            held.forget(this.#id);
        });
        return !this.error;
    }

    /** Holds the same seats anew; the id of the new hold. */
    async again(): Promise<string | undefined> {
        let next: string | undefined;
        await this.#alone(async () => (next = await this.#holdAgain()));
        return next;
    }

    async #holdAgain(): Promise<string> {
        const before = this.past;
        if (!before) throw new Error('nothing is known of the hold');
        const hold = await ok(
            api.POST('/api/events/{event}/holds', {
                params: { path: { event: before.event } },
                headers: { 'Idempotency-Key': idempotencyKey() },
                body: before.wish,
            }),
        );
        held.keep({ ...before, hold: hold.id, deadline: hold.deadline_ms });
        return hold.id;
    }

    /** Signs in to an account that is there. A guest's seats go back and are held anew for the account. */
    async signIn(credentials: Credentials): Promise<string | undefined> {
        let next: string | undefined;
        await this.#alone(async () => {
            const guest = isGuest(session.user);
            const path = { params: { path: { hold: this.#id } } };
            await signInOver(credentials, () => api.DELETE('/api/holds/{hold}', path));
            this.step = 'expired';
            if (guest) next = await this.#holdAgain();
        });
        return next;
    }

    async #alone(work: () => Promise<unknown>): Promise<void> {
        if (this.busy) return;
        this.busy = true;
        this.error = undefined;
        try {
            await work();
        } catch (error) {
            const problem = asProblem(error);
            if (['hold-expired', 'payment-over'].includes(problem.kind)) this.step = 'expired';
            this.error = problem;
        } finally {
            this.busy = false;
        }
    }
}
