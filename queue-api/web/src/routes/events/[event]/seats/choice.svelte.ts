/** Choosing seats of one event: what is chosen, what happens to it meanwhile, and holding it. */

import { api, idempotencyKey, ok, type Schema } from '$lib/api/client';
import { asProblem, Problem } from '$lib/api/problem';
import type { SeatMap } from '$lib/seat-map/expand';
import { geometry } from '$lib/seat-map/geometry';
import { LiveSeats } from '$lib/seat-map/live.svelte';
import { nearestEqual } from '$lib/seat-map/nearest';
import { FREE, HELD, SeatStates, type Change } from '$lib/seat-map/states';
import { session } from '$lib/session.svelte';
import { findHold, forgetHold, rememberHold, type Hold } from './holds';
import { ownPlace, type Place } from './place';

type EventDetail = Schema['EventDetail'];
type Wish = Schema['HoldInput'];

/** Why nothing can be bought here now. */
export type Gate = 'queue' | 'pass-over' | 'not-open' | 'over' | undefined;

/** Seats were lost: those, and as many that are as good, if there are. */
export interface Loss {
    lost: number[];
    instead: number[];
}

export class Choice {
    readonly id: string;
    event = $state.raw<EventDetail>();
    map = $state.raw<SeatMap>();
    states = $state.raw<SeatStates>();
    live = $state.raw<LiveSeats>();
    trouble = $state.raw<Problem>();
    /** Own place in the waiting room of a queue event. */
    place = $state.raw<Place | null>();
    gate = $state<Gate>();
    /** A living hold: found by Onsale just now, or from before. */
    hold = $state.raw<Hold>();
    /** The hold was just made here by "best seats". */
    fresh = $state(false);
    busy = $state<'best' | 'hold' | 'release'>();
    /** Chosen seats; every change makes another set. */
    chosen = $state.raw<ReadonlySet<number>>(new Set());
    /** How many in which area. */
    standing = $state.raw<ReadonlyMap<number, number>>(new Map());
    readonly #lost: (loss: Loss) => void;
    #ends: (() => void)[] = [];
    #attempt: { wish: string; key: string } | undefined;

    constructor(id: string, lost: (loss: Loss) => void) {
        [this.id, this.#lost] = [id, lost];
    }

    /** Loads everything; ends with `stop`. */
    async load(): Promise<void> {
        this.trouble = undefined;
        try {
            const event = await ok(api.GET('/api/events/{event}', { params: { path: { event: this.id } } }));
            this.event = event;
            this.#setGate(event);
            await Promise.all([this.#loadMap(event), this.#findPlace(event), this.#findHold()]);
        } catch (error) {
            this.trouble = asProblem(error);
        }
    }

    stop(): void {
        for (const end of this.#ends) end();
        this.#ends = [];
    }

    get count(): number {
        return this.chosen.size + [...this.standing.values()].reduce((sum, quantity) => sum + quantity, 0);
    }

    get limit(): number {
        return this.event?.tickets_per_person ?? 1;
    }

    get totalMinor(): number {
        const price = (tier: number | undefined) => this.priceOf(tier)?.price_minor ?? 0;
        const seats = [...this.chosen].reduce((sum, seat) => sum + price(this.map?.tier[seat]), 0);
        return [...this.standing].reduce(
            (sum, [area, quantity]) => sum + quantity * price(this.map?.areas[area]?.tier),
            seats,
        );
    }

    priceOf(tier: number | undefined): Schema['Tier'] | undefined {
        return this.event?.tiers.find((one) => one.tier === tier);
    }

    /** Takes a seat in or out; says why not. */
    toggle(seat: number): 'done' | 'limit' | 'gone' | 'both' {
        if (this.chosen.has(seat)) {
            this.#drop([seat]);
            return 'done';
        }
        if (!this.states?.isFree(seat)) return 'gone';
        const both = this.standing.size > 0;
        if (both) this.standing = new Map();
        if (this.count >= this.limit) return 'limit';
        this.chosen = new Set([...this.chosen, seat]);
        return both ? 'both' : 'done';
    }

    /** Sets how many stand in an area; never more than there are or one may have. */
    stand(area: number, quantity: number): 'done' | 'limit' | 'both' {
        const both = this.chosen.size > 0;
        if (both) this.chosen = new Set();
        const others = this.count - (this.standing.get(area) ?? 0);
        const most = Math.min(this.limit - others, this.states?.areas[area] ?? 0);
        const now = Math.max(0, Math.min(most, quantity));
        const standing = new Map(this.standing);
        if (now === 0) standing.delete(area);
        else standing.set(area, now);
        this.standing = standing;
        if (now < quantity) return 'limit';
        return both ? 'both' : 'done';
    }

    /** Takes these instead of what was lost, as far as they are still free and allowed. */
    take(seats: readonly number[]): void {
        const free = seats.filter((seat) => this.states?.isFree(seat) && !this.chosen.has(seat));
        this.chosen = new Set([...this.chosen, ...free.slice(0, this.limit - this.count)]);
    }

    /** Has Onsale choose and hold seats. */
    async best(quantity: number, only: { tier?: number; max?: number; wheelchair?: number }): Promise<void> {
        this.busy = 'best';
        const wish = {
            quantity,
            tier: only.tier ?? null,
            max_price_minor: only.max ?? null,
            ...(only.wheelchair ? { wheelchair: only.wheelchair } : {}),
        };
        try {
            const hold = await this.#make({ best_available: wish });
            this.chosen = new Set(hold.seats.map(({ seat }) => seat));
            this.standing = new Map();
            [this.hold, this.fresh] = [hold, true];
            if (hold.seats.some(({ tier, price_minor }) => this.priceOf(tier)?.price_minor !== price_minor))
                this.live?.doubt();
        } catch (error) {
            this.#learn(asProblem(error));
            throw error;
        } finally {
            this.busy = undefined;
        }
    }

    /** Holds what is chosen. */
    async keep(): Promise<Hold> {
        this.busy = 'hold';
        const areas = [...this.standing].map(([area, quantity]) => ({ area, quantity }));
        try {
            const wish = areas.length > 0 ? { areas } : { seats: [...this.chosen].sort((a, b) => a - b) };
            return await this.#make(wish);
        } catch (error) {
            this.#learn(asProblem(error));
            throw error;
        } finally {
            this.busy = undefined;
        }
    }

    /** Gives the living hold back; its seats stay chosen if they were just found. */
    async giveBack(): Promise<void> {
        const { hold } = this;
        if (!hold) return;
        this.busy = 'release';
        try {
            await ok(api.DELETE('/api/holds/{hold}', { params: { path: { hold: hold.id } } }));
        } catch (error) {
            // Gone is what it should be.
            if (asProblem(error).status !== 404) throw error;
        } finally {
            this.busy = undefined;
        }
        forgetHold(this.id);
        this.states?.change(hold.seats.map(({ seat }) => [seat, FREE] as const));
        this.hold = undefined;
        this.fresh = false;
    }

    /** The time of the living hold is over. */
    holdEnded(): void {
        forgetHold(this.id);
        this.hold = undefined;
        this.fresh = false;
        this.chosen = new Set();
        this.live?.refresh();
    }

    /** The waiting room's time is over. */
    passEnded(): void {
        this.gate = 'pass-over';
    }

    saleOpened(): void {
        if (this.gate === 'not-open') this.gate = undefined;
    }

    async #make(wish: Wish): Promise<Hold> {
        // The same wish again, after an answer that did not arrive, is the same attempt.
        const text = JSON.stringify(wish);
        const key = this.#attempt?.wish === text ? this.#attempt.key : idempotencyKey();
        this.#attempt = { wish: text, key };
        await session.ensure();
        const params = { path: { event: this.id }, header: { 'idempotency-key': key } };
        try {
            const hold = await ok(api.POST('/api/events/{event}/holds', { params, body: wish }));
            this.#attempt = undefined;
            rememberHold(this.id, hold.id);
            return hold as Hold;
        } catch (error) {
            const problem = asProblem(error);
            if (problem.status !== 0) this.#attempt = undefined;
            if (['pass-needed', 'pass-invalid'].includes(problem.kind)) this.gate = 'queue';
            if (problem.kind === 'pass-over') this.gate = 'pass-over';
            const other = problem.more['hold'];
            if (problem.kind === 'hold-exists' && typeof other === 'string') {
                rememberHold(this.id, other);
                await this.#findHold();
            }
            throw problem;
        }
    }

    /** What a refusal says about seats and areas is believed until the live view says more. */
    #learn(problem: Problem): void {
        const { seats, area, left } = problem.more;
        // It asked for what is not there any more: a tier, a price.
        if (problem.kind === 'invalid') this.live?.doubt();
        if (problem.kind === 'seats-taken' && Array.isArray(seats)) {
            const gone = seats.filter((seat): seat is number => typeof seat === 'number');
            this.states?.change(gone.map((seat) => [seat, HELD] as const));
        } else if (problem.kind === 'area-full' && typeof area === 'number' && typeof left === 'number') {
            this.states?.change([], [[area, left]]);
            this.stand(area, Math.min(left, this.standing.get(area) ?? 0));
        }
        // While it was asked nothing was told. Without an answer, or with a hold, they may be one's own.
        const decided = problem.status >= 400 && problem.status < 500;
        if (decided && !this.hold) this.#lose([...this.chosen].filter((seat) => !this.states?.isFree(seat)));
    }

    async #loadMap(event: EventDetail): Promise<void> {
        if (!event.seat_map) return;
        const map = await geometry(event.seat_map.hash);
        const states = new SeatStates(map);
        const live = new LiveSeats(event.id, states);
        this.stop();
        this.#ends = [states.watch((changes) => this.#watch(changes)), live.start()];
        [this.map, this.states, this.live] = [map, states, live];
    }

    async #findPlace(event: EventDetail): Promise<void> {
        if (event.demand !== 'queue' || this.gate) return;
        this.place = await ownPlace(event.id);
        if (this.place?.state !== 'shopping')
            this.gate = this.place?.state === 'over' ? 'pass-over' : 'queue';
    }

    async #findHold(): Promise<void> {
        this.hold = await findHold(this.id);
        this.fresh = false;
    }

    #setGate(event: EventDetail): void {
        const now = Date.parse(event.server_time);
        if (event.status !== 'published' || Date.parse(event.starts_at) <= now) this.gate = 'over';
        else if (event.demand === 'direct' && Date.parse(event.sale_opens_at) > now) this.gate = 'not-open';
        else this.gate = undefined;
    }

    /** Seats that somebody else took while they were chosen here. Own holds change seats too: those are no loss. */
    #watch(changes: readonly Change[]): void {
        if (this.busy || this.hold) return;
        this.#lose(
            changes
                .map(({ seat }) => seat)
                .filter((seat) => this.chosen.has(seat) && !this.states?.isFree(seat)),
        );
    }

    #drop(seats: readonly number[]): void {
        this.chosen = new Set([...this.chosen].filter((seat) => !seats.includes(seat)));
    }

    #lose(lost: number[]): void {
        const { map, states } = this;
        if (lost.length === 0 || !map || !states) return;
        this.#drop(lost);
        this.#lost({ lost, instead: nearestEqual(map, states, lost, [...this.chosen]) });
    }
}
