/** An event's seats as they are now, for its organiser: drawn, in words, and kept true. */

import { readEvent, type EventDetail } from '$lib/api/events';
import { money } from '$lib/i18n/format';
import { organiser } from '$lib/i18n/organiser';
import { seatTexts } from '$lib/i18n/seats';
import type { SeatMap } from '$lib/seat-map/expand';
import { takeNews } from '$lib/seat-map/fresh';
import { geometry } from '$lib/seat-map/geometry';
import { LiveSeats } from '$lib/seat-map/live.svelte';
import { nameOf } from '$lib/seat-map/names';
import { SeatStates } from '$lib/seat-map/states';

export class LiveMap {
    event = $state.raw<EventDetail>();
    map = $state.raw<SeatMap>();
    states = $state.raw<SeatStates>();
    live = $state.raw<LiveSeats>();
    /** What the map says of a section or an area from afar. */
    readonly offer = $derived(offersOf(this.event));
    #stop: (() => void) | undefined;
    #closed = false;

    /** Loads and follows the seats until `close`. */
    async open(event: EventDetail): Promise<void> {
        if (!event.seat_map) return;
        const map = await geometry(event.seat_map.hash);
        if (this.#closed) return;
        this.#stop?.();
        const states = new SeatStates(map);
        const live = new LiveSeats(event.id, states);
        this.#stop = live.start();
        [this.event, this.map, this.states, this.live] = [event, map, states, live];
    }

    /** Takes over what was changed meanwhile; false: there was nothing new. */
    async follow(): Promise<boolean> {
        const news = await takeNews(this);
        if (news === 'other' && this.event) await this.open((await readEvent(this.event.id)).event);
        return news !== 'none';
    }

    /** The event is another than the one that is shown. */
    get isBehind(): boolean {
        return this.event !== undefined && this.live?.isAhead(this.event) === true;
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

function offersOf(event: EventDetail | undefined): (tier: number | undefined) => string {
    return (tier) => {
        const { soldOut, from } = organiser.t.live;
        const price = event?.tiers.find((known) => known.tier === tier)?.price_minor;
        return price === undefined ? soldOut : from(money(price, event?.currency ?? 'EUR', true));
    };
}
