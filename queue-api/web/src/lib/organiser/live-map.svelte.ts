/** An event's seats as they are now, for its organiser: drawn, in words, and kept true. */

import type { EventDetail } from '$lib/api/events';
import { money } from '$lib/i18n/format';
import { organiser } from '$lib/i18n/organiser';
import { seatTexts } from '$lib/i18n/seats';
import { expandAny, type SeatMap } from '$lib/seat-map/expand';
import { LiveSeats } from '$lib/seat-map/live.svelte';
import { nameOf } from '$lib/seat-map/names';
import { SeatStates } from '$lib/seat-map/states';
import { seatMapOf } from './api';

export class LiveMap {
    map = $state.raw<SeatMap>();
    states = $state.raw<SeatStates>();
    live = $state.raw<LiveSeats>();
    #stop: (() => void) | undefined;
    #closed = false;

    /** Loads and follows the seats until `close`. */
    async open(event: string): Promise<void> {
        const map = await expandAny(await seatMapOf(event));
        if (this.#closed) return;
        const states = new SeatStates(map);
        const live = new LiveSeats(event, states);
        this.#stop = live.start();
        [this.map, this.states, this.live] = [map, states, live];
    }

    close(): void {
        this.#closed = true;
        this.#stop?.();
    }

    /** Stalls, row F, seat 12 */
    nameOf(seat: number): string {
        if (!this.map) return '';
        const { section, row, number } = nameOf(this.map, seat);
        return seatTexts.t.seatFull(section, row, number);
    }

    /** Stalls, row F, seat 12, sold */
    describe(seat: number): string {
        const { states } = this;
        return states ? `${this.nameOf(seat)}, ${seatTexts.t.states[states.of(seat)] ?? ''}` : '';
    }
}

/** What the map says of a section or an area from afar. */
export function offersOf(event: EventDetail | undefined): (tier: number | undefined) => string {
    return (tier) => {
        const { soldOut, from } = organiser.t.live;
        const price = event?.tiers.find((known) => known.tier === tier)?.price_minor;
        return price === undefined ? soldOut : from(money(price, event?.currency ?? 'EUR', true));
    };
}
