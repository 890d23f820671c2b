/** What may be had: the state of every seat, and counts that are kept while it changes (docs/messages.md). */

import type { SeatMap } from './expand';

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
}

/** What became of a delta: `gap` asks for a snapshot. */
export type Applied = 'applied' | 'known' | 'gap';

export class SeatStates {
    readonly map: SeatMap;
    /** Of the last snapshot or delta; -1 before the first. */
    version = -1;
    readonly seats: Uint8Array;
    /** Places left by area; undefined while that is not known. */
    readonly areas: (number | undefined)[];
    /** Free seats by section, by tier, and of all. */
    readonly freeInSection: Uint32Array;
    readonly freeInTier = new Map<number, number>();
    free = 0;

    constructor(map: SeatMap) {
        this.map = map;
        this.seats = new Uint8Array(map.seatCount);
        this.areas = map.areas.map(() => undefined);
        this.freeInSection = new Uint32Array(map.sections.length);
        this.#count();
    }

    of(seat: number): SeatState {
        return (this.seats[seat] ?? BLOCKED) as SeatState;
    }

    isFree(seat: number): boolean {
        return this.seats[seat] === FREE;
    }

    /** Takes a snapshot of two bits a seat, the first in the two most significant bits; tells the seats that differ. */
    takeBits(bits: Uint8Array, version: number): number[] {
        return this.#take((seat) => ((bits[seat >> 2] ?? 0) >> (6 - 2 * (seat & 3))) & 3, version);
    }

    /** Takes a snapshot that has a number for each seat. */
    takeList(states: readonly number[], version: number): number[] {
        return this.#take((seat) => states[seat] ?? FREE, version);
    }

    /** Applies a delta if it follows what is known; tells the seats that differ through `changed`. */
    apply(delta: Delta, changed: (seat: number, before: SeatState) => void = () => undefined): Applied {
        if (delta.version <= this.version) return 'known';
        if (delta.after > this.version) return 'gap';
        this.version = delta.version;
        for (const [seat, state] of delta.seats ?? []) {
            const before = this.of(seat);
            if (this.set(seat, state)) changed(seat, before);
        }
        for (const [area, left] of delta.areas ?? []) this.setArea(area, left);
        return 'applied';
    }

    /** Sets one seat; false when it was so before, or there is no such seat. */
    set(seat: number, state: number): boolean {
        const before = this.seats[seat];
        if (before === undefined || before === state) return false;
        this.seats[seat] = state;
        const more = Number(state === FREE) - Number(before === FREE);
        if (more !== 0) this.#add(seat, more);
        return true;
    }

    setArea(area: number, left: number): void {
        if (area < this.areas.length) this.areas[area] = left;
    }

    /** Seats and standing places left in a tier. */
    leftInTier(tier: number): number {
        const standing = this.map.areas.reduce(
            (sum, area, index) => sum + (area.tier === tier ? (this.areas[index] ?? 0) : 0),
            0,
        );
        return (this.freeInTier.get(tier) ?? 0) + standing;
    }

    /** Nothing is left, as far as that is known. */
    get soldOut(): boolean {
        return this.version >= 0 && this.free === 0 && this.areas.every((left) => left === 0);
    }

    #take(state: (seat: number) => number, version: number): number[] {
        const changed: number[] = [];
        for (let seat = 0; seat < this.seats.length; seat++) {
            const now = state(seat);
            if (this.seats[seat] !== now) changed.push(seat);
            this.seats[seat] = now;
        }
        this.version = version;
        this.#count();
        return changed;
    }

    #add(seat: number, more: number): void {
        const section = this.map.rowSection[this.map.row[seat] ?? 0] ?? 0;
        this.freeInSection[section]! += more;
        const tier = this.map.tier[seat] ?? 0;
        this.freeInTier.set(tier, (this.freeInTier.get(tier) ?? 0) + more);
        this.free += more;
    }

    #count(): void {
        this.free = 0;
        this.freeInSection.fill(0);
        const { tier, row, rowSection } = this.map;
        const tiers = new Uint32Array(1 + Math.max(0, ...this.map.tiers));
        for (let seat = 0; seat < this.seats.length; seat++) {
            if (this.seats[seat] !== FREE) continue;
            this.free++;
            this.freeInSection[rowSection[row[seat]!]!]!++;
            tiers[tier[seat]!]!++;
        }
        this.freeInTier.clear();
        for (const known of this.map.tiers) this.freeInTier.set(known, tiers[known] ?? 0);
    }
}
