/** What seats and rows are called, and which seats are neighbours. */

import { rowName, seatNumber } from './document';
import type { SeatMap } from './expand';

/** What a seat is called. */
export interface SeatName {
    section: string;
    row: string;
    /** As it stands on the seat: 12, or 12a. */
    number: string;
}

export function sectionOf(map: SeatMap, seat: number): number {
    return map.rowSection[map.row[seat] ?? 0] ?? 0;
}

/** The name of a row; that of a table or a box may be empty. */
export function rowNameOf(map: SeatMap, row: number): string {
    const section = map.document.sections?.[map.rowSection[row] ?? 0];
    const position = map.rowPosition[row] ?? 0;
    return section?.placed?.length
        ? (section.placed[position]?.name ?? '')
        : rowName(section?.row_names, position);
}

export function nameOf(map: SeatMap, seat: number): SeatName {
    const row = map.row[seat] ?? 0;
    const section = map.document.sections?.[map.rowSection[row] ?? 0];
    const placed = section?.placed?.[map.rowPosition[row] ?? 0];
    const first = map.rowFirst[row] ?? 0;
    const seats = (map.rowFirst[row + 1] ?? 0) - first;
    const numbers = placed ? placed.numbers : section?.seat_numbers;
    return {
        section: section?.name ?? '',
        row: rowNameOf(map, row),
        number:
            placed?.labels?.[seat - first] ??
            String(seatNumber(numbers, seat - first, seats, aislesOf(map, row))),
    };
}

function aislesOf(map: SeatMap, row: number): readonly number[] {
    const section = map.document.sections?.[map.rowSection[row] ?? 0];
    const from = section?.placed?.length ? section.placed[map.rowPosition[row] ?? 0] : section;
    return from?.aisles ?? [];
}

/** The stretches of a row between its aisles, each from its first seat to before its last: only those are neighbours. */
export function stretches(map: SeatMap, row: number): [number, number][] {
    const [first, end] = [map.rowFirst[row] ?? 0, map.rowFirst[row + 1] ?? 0];
    const cuts = [
        ...aislesOf(map, row)
            .map((after) => first + after)
            .filter((cut) => cut < end),
        end,
    ];
    let start = first;
    return cuts.map((cut) => {
        const stretch: [number, number] = [start, cut];
        start = cut;
        return stretch;
    });
}
