/** What may be had: the state of every seat, and counts that are kept while it changes (docs/messages.md). */

import { KINDS } from './document';
import type { SeatMap } from './expand';

/** Which seats are asked for: by tier and kind. */
export type Wanted = (tier: number, kind: number) => boolean;

export const FREE = 0;
export const HELD = 1;
export const SOLD = 2;
export const BLOCKED = 3;
export type SeatState = typeof FREE | typeof HELD | typeof SOLD | typeof BLOCKED;

/** A change as the socket tells it. */
export interface Delta {
    after: number;
    version: number;
    seats?: [seat: number, state: number][];
    areas?: [area: number, left: number][];
    /** Names the geometry from now on. */
    map?: string;
}

/** A seat that is not what it was. */
export interface Change {
    seat: number;
    before: SeatState;
}

/** What became of a delta: `gap` asks for a snapshot. */
export type Applied = 'applied' | 'known' | 'gap';

export class SeatStates {
    map: SeatMap;
    /** Of the last snapshot or delta; -1 before the first. */
    version = -1;
    readonly seats: Uint8Array;
    /** Places left by area; undefined while that is not known. */
    readonly areas: (number | undefined)[];
    /** All free seats. */
    free = 0;
    /** Free seats by section and, within, by the position of the tier in `map.tiers` and by kind. */
    #free = new Uint32Array();
    #tierAt = new Map<number, number>();
    readonly #watchers = new Set<(changes: readonly Change[]) => void>();

    constructor(map: SeatMap) {
        this.map = map;
        this.seats = new Uint8Array(map.seatCount);
        this.areas = map.areas.map(() => undefined);
        this.repaint(map);
    }

    /** The same seats, of which some are in another tier or of another kind. */
    repaint(map: SeatMap): void {
        this.map = map;
        this.#tierAt = new Map(map.tiers.map((tier, at) => [tier, at]));
        this.#free = new Uint32Array(map.sections.length * map.tiers.length * KINDS.length);
        this.#count();
        this.#tell([]);
    }

    of(seat: number): SeatState {
        return (this.seats[seat] ?? BLOCKED) as SeatState;
    }

    isFree(seat: number): boolean {
        return this.seats[seat] === FREE;
    }

    /** Tells of changes, at once and without gaps, until the function it returns is called. */
    watch(tell: (changes: readonly Change[]) => void): () => void {
        this.#watchers.add(tell);
        return () => this.#watchers.delete(tell);
    }

    /** Takes a snapshot of two bits a seat, the first in the two most significant bits. */
    takeBits(bits: Uint8Array, version: number): void {
        this.#take((seat) => ((bits[seat >> 2] ?? 0) >> (6 - 2 * (seat & 3))) & 3, version);
    }

    /** Takes a snapshot that has a number for each seat. */
    takeList(states: readonly number[], version: number): void {
        this.#take((seat) => states[seat] ?? FREE, version);
    }

    /** Applies a delta if it follows what is known. */
    apply(delta: Delta): Applied {
        if (delta.version <= this.version) return 'known';
        if (delta.after > this.version) return 'gap';
        this.version = delta.version;
        this.change(delta.seats ?? [], delta.areas);
        return 'applied';
    }

    /** Sets seats and what is left of areas; those that are not there are ignored. */
    change(
        seats: readonly (readonly [number, number])[],
        areas: readonly (readonly [number, number])[] = [],
    ): void {
        const changes: Change[] = [];
        for (const [seat, state] of seats) {
            const before = this.seats[seat];
            if (before === undefined || before === state) continue;
            this.seats[seat] = state;
            this.#add(seat, Number(state === FREE) - Number(before === FREE));
            changes.push({ seat, before: before as SeatState });
        }
        for (const [area, left] of areas) if (area < this.areas.length) this.areas[area] = left;
        this.#tell(changes);
    }

    /** Free seats of a section, of those that are wanted. */
    freeInSection(section: number, wanted: Wanted = () => true): number {
        let sum = 0;
        this.map.tiers.forEach((tier, at) => {
            for (let kind = 0; kind < KINDS.length; kind++) {
                const free = this.#free[this.#place(section, at, kind)]!;
                if (free > 0 && wanted(tier, kind)) sum += free;
            }
        });
        return sum;
    }

    /** Free seats of the whole map, of those that are wanted. */
    freeSeats(wanted: Wanted): number {
        return this.map.sections.reduce((sum, _, section) => sum + this.freeInSection(section, wanted), 0);
    }

    /** Seats and standing places left in a tier. */
    leftInTier(tier: number): number {
        const seated = this.freeSeats((other) => other === tier);
        return this.map.areas.reduce(
            (sum, area, index) => sum + (area.tier === tier ? (this.areas[index] ?? 0) : 0),
            seated,
        );
    }

    /** Nothing is left, as far as that is known. */
    get soldOut(): boolean {
        return this.version >= 0 && this.free === 0 && this.areas.every((left) => left === 0);
    }

    #take(state: (seat: number) => number, version: number): void {
        const changes: Change[] = [];
        for (let seat = 0; seat < this.seats.length; seat++) {
            const [before, now] = [this.of(seat), state(seat)];
            if (before === now) continue;
            this.seats[seat] = now;
            changes.push({ seat, before });
        }
        this.version = version;
        this.#count();
        this.#tell(changes);
    }

    #tell(changes: readonly Change[]): void {
        for (const tell of this.#watchers) tell(changes);
    }

    #place(section: number, tier: number, kind: number): number {
        return (section * this.map.tiers.length + tier) * KINDS.length + kind;
    }

    #add(seat: number, more: number): void {
        const { rowSection, row, tier, kind } = this.map;
        const at = this.#tierAt.get(tier[seat]!)!;
        this.#free[this.#place(rowSection[row[seat]!]!, at, kind[seat]!)]! += more;
        this.free += more;
    }

    #count(): void {
        this.free = 0;
        this.#free.fill(0);
        for (let seat = 0; seat < this.seats.length; seat++)
            if (this.seats[seat] === FREE) this.#add(seat, 1);
    }
}
