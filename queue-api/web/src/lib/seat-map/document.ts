/** The geometry document (`GET /api/seat-maps/{hash}`), and the names and numbers it gives to rows and seats. */

import type { Schema } from '$lib/api/client';

export type SeatMapDocument = Schema['SeatMapDocument'];
export type Section = Schema['Section'];
export type Shape = Schema['Shape'];

/** What the document leaves out because it is customary. */
export const SEAT_PITCH_CM = 55;
export const ROW_PITCH_CM = 90;
export const AISLE_WIDTH_CM = 110;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LETTERS_WITHOUT_I_O = 'ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Counts in letters: 1 is A, and after Z comes AA. */
export function letters(position: number, alphabet = LETTERS): string {
    let name = '';
    for (let rest = position; rest > 0; rest = Math.floor((rest - 1) / alphabet.length)) {
        name = alphabet.charAt((rest - 1) % alphabet.length) + name;
    }
    return name;
}

/** The name of a row, counted from 0 at the front. */
export function rowName(names: Section['row_names'], row: number): string {
    const position = (names?.first ?? 1) + row;
    switch (names?.style ?? 'letters') {
        case 'letters':
            return letters(position);
        case 'letters_without_i_o':
            return letters(position, LETTERS_WITHOUT_I_O);
        case 'numbers':
            return String(position);
    }
}

/** The number of the seat in a column, counted from 0 at the left, of a row of `seats`. */
export function seatNumber(numbers: Section['seat_numbers'], column: number, seats: number): number {
    const steps = numbers?.from === 'right' ? seats - column - 1 : column;
    return (numbers?.first ?? 1) + steps * (numbers?.step ?? 1);
}

/** The corners of a shape, in drawing order. */
export function corners(shape: Shape): [number, number][] {
    if (shape.kind === 'polygon') return shape.points_cm.map(([x = 0, y = 0]) => [x, y]);
    const { x_cm: x, y_cm: y, width_cm: width, height_cm: height } = shape;
    return [
        [x, y],
        [x + width, y],
        [x + width, y + height],
        [x, y + height],
    ];
}
