/** Seats in words. */

import { money } from '$lib/i18n/format';
import { seatTexts } from '$lib/i18n/seats';
import type { SeatMap } from '$lib/seat-map/expand';
import { nameOf } from '$lib/seat-map/names';
import type { Choice } from './choice.svelte';

/** Stalls, row F, seat 12; without the section where the map has only one. */
export function named(map: SeatMap, seat: number): string {
    const { section, row, number } = nameOf(map, seat);
    const { t } = seatTexts;
    return map.sections.length > 1 ? t.seatFull(section, row, number) : t.seat(row, number);
}

/** What a seat is beside an ordinary one. */
function kindOf({ kind }: SeatMap, seat: number): string | undefined {
    const of = kind[seat] ?? 0;
    return of > 0 ? seatTexts.t.kinds[of] : undefined;
}

/** Several, as a sentence lists them, in the order of their numbers. */
export function listed({ map }: Choice, seats: readonly number[], locale: string): string {
    if (!map) return '';
    const tag = locale.startsWith('en') || locale.startsWith('ar') ? 'en' : locale;
    const names = seats.map((seat) => named(map, seat));
    names.sort((a, b) => a.localeCompare(b, tag, { numeric: true }));
    return new Intl.ListFormat(tag, { type: 'conjunction' }).format(names);
}

/** Row A, seat 14, wheelchair place, €60, available */
export function described(choice: Choice, seat: number): string {
    const { map, event } = choice;
    if (!map || !event) return '';
    const tier = choice.priceOf(map.tier[seat]);
    const price = tier ? money(tier.price_minor, event.currency, true) : '';
    const state = choice.chosen.has(seat)
        ? seatTexts.t.chosen
        : (seatTexts.t.states[choice.states?.of(seat) ?? 0] ?? '');
    return [named(map, seat), kindOf(map, seat), price, state].filter(Boolean).join(', ');
}
