/** A hold on its way to a booking, as the checkout page shows it. */

import { api, idempotencyKey, ok, type Schema } from '$lib/api/client';
import { asProblem } from '$lib/api/problem';
import { clock } from '$lib/clock.svelte';
import { session } from '$lib/session.svelte';
import { attemptOf, freshAttempt } from './attempt';
import { held, type Held } from './held.svelte';
import { pay } from './pay';
import { isGuest, signInOver, type Credentials } from './people';

type Hold = Schema['HoldView'];
type Checkout = Schema['Checkout'];

export type Step = 'loading' | 'details' | 'payment' | 'expired' | 'gone' | 'trouble';

/** The hold is over, by whichever answer. */
const OVER = ['hold-expired', 'payment-over', 'not-found'];
const ASK_AGAIN_MS = 1_000;

export function isOver(error: unknown): boolean {
    return OVER.includes(asProblem(error).kind);
}

/** The same seats and places. */
export function wishOf(hold: Hold): Schema['HoldInput'] {
    if (hold.seats.length > 0) return { seats: hold.seats.map((seat) => seat.seat) };
    return { areas: hold.areas.map(({ area, quantity }) => ({ area, quantity })) };
}

/** A hold at the prices of its payment, which stay what they were when it was opened. */
export function pricedAs(hold: Hold, { payment, prices }: Pick<Checkout, 'payment' | 'prices'>): Hold {
    let next = 0;
    const priced = <Held extends { price_minor: number; quantity?: number }>(held: Held): Held => {
        const price_minor = prices[next] ?? held.price_minor;
        next += held.quantity ?? 1;
        return { ...held, price_minor };
    };
    const { amount_minor, currency } = payment;
    return {
        ...hold,
        seats: hold.seats.map(priced),
        areas: hold.areas.map(priced),
        total: { amount_minor, currency },
    };
}

export class CheckoutView {
    step = $state<Step>('loading');
    hold = $state.raw<Hold>();
    event = $state.raw<Schema['EventDetail']>();
    /** Unix ms of the server's clock. */
    deadline = $state(0);
    extended = $state(false);
    /** It costs something else than was shown here before. */
    repriced = $state(false);
    /** Something is under way that must not be begun twice. */
    busy = $state(false);
    error = $state.raw<unknown>();
    /** What is known of a hold that is over. */
    past = $state.raw<Held | null>(null);
    #id = '';
    #booking: string | undefined;
    /** Was at the payment when the time was over: that is where the same seats lead to again. */
    #wasPaying = false;
    #asking: ReturnType<typeof setTimeout> | undefined;

    /**
     * Shows a hold. The id of the booking when it was booked already. `key` is of a waiting list's offer, from its
     * mail: who has it becomes the guest it is made to.
     */
    async open(id: string, key: string | null = null): Promise<string | undefined> {
        this.#id = id;
        this.#booking = undefined;
        this.error = undefined;
        this.past = held.current?.hold === id ? held.current : null;
        if (!this.hold) this.step = 'loading';
        try {
            await session.load();
            const read = () => ok(api.GET('/api/holds/{hold}', { params: { path: { hold: id } } }));
            const hold = await (key ? read().catch(() => openOffer(id, key).then(read)) : read());
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
        const known = Boolean(session.user?.email && session.user.name);
        // What is being paid costs what it cost then.
        if (attempt || (known && this.#wasPaying)) await this.#checkOut();
        // Reloaded in the middle of paying, or the same seats again.
        this.step = known && (attempt || this.#wasPaying) ? 'payment' : 'details';
        this.#wasPaying = false;
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
        if (!isOver(error)) {
            // What is shown stays; it is asked again.
            if (this.#open) return undefined;
            this.error = asProblem(error);
            this.step = 'trouble';
            return undefined;
        }
        const booking = attemptOf(this.#id)?.booking;
        if (this.past) this.#expire();
        else this.step = 'gone';
        return booking && this.step === 'gone' ? booking : undefined;
    }

    #expire(): void {
        this.#wasPaying ||= this.step === 'payment';
        this.step = 'expired';
    }

    /** The time is over by the clock; the server has the last word, and is asked until it says so. */
    async timeOver(): Promise<void> {
        clearTimeout(this.#asking);
        const over = () => this.#open && this.deadline <= clock.now();
        if (over() && !this.busy) await this.open(this.#id);
        if (over()) this.#asking = setTimeout(() => void this.timeOver(), ASK_AGAIN_MS);
    }

    get #open(): boolean {
        return this.step === 'details' || this.step === 'payment';
    }

    /** The page is left. */
    stop(): void {
        clearTimeout(this.#asking);
    }

    async #checkOut(): Promise<string> {
        const path = { params: { path: { hold: this.#id } } };
        const checkout = await ok(api.POST('/api/holds/{hold}/checkout', path));
        this.deadline = Date.parse(checkout.deadline);
        this.extended = true;
        this.#booking = checkout.booking_id;
        this.#price(checkout);
        if (attemptOf(this.#id)?.booking !== this.#booking) freshAttempt(this.#id, this.#booking);
        this.#remember();
        return this.#booking;
    }

    #price(checkout: Checkout): void {
        const { hold } = this;
        if (!hold) return;
        this.hold = pricedAs(hold, checkout);
        if (this.#open && hold.total.amount_minor !== this.hold.total.amount_minor) this.repriced = true;
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
            const shown = this.hold?.total.amount_minor;
            const id = this.#booking ?? (await this.#checkOut());
            // Nobody pays another price than the one on the button.
            if (this.hold?.total.amount_minor !== shown) return;
            booking = await pay(this.#id, id, number);
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
            this.error = asProblem(error);
            if (isOver(error)) this.#expire();
        } finally {
            this.busy = false;
        }
    }
}

async function openOffer(hold: string, key: string): Promise<void> {
    const { user } = await ok(api.POST('/api/auth/offer-key', { body: { hold, key } }));
    if (user) session.accept(user);
}
