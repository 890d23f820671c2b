/** The geometry document (`GET /api/seat-maps/{hash}`), and the names and numbers it gives to rows and seats. */

import type { Schema } from '$lib/api/client';

export type SeatMapDocument = Schema['SeatMapDocument'];
export type Section = Schema['Section'];
export type PlacedRow = Schema['PlacedRow'];
export type Mark = Schema['Mark'];
export type SeatKind = Schema['SeatKind'];
export type SeatNumbers = Schema['SeatNumbers'];
export type Landmark = Schema['Landmark'];
export type Background = Schema['Background'];
export type Shape = Schema['Shape'];
export type RowRange = Schema['RowRange'];

/** What a seat can be beside an ordinary one, by number; 0 is ordinary. */
export const KINDS = [undefined, 'wheelchair', 'companion', 'restricted_view'] as const;
export const [WHEELCHAIR, COMPANION, RESTRICTED_VIEW] = [1, 2, 3];

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

/** The number of the seat in a column, counted from 0 at the left, of a row of `seats` with those aisles. */
export function seatNumber(
    numbers: SeatNumbers | undefined,
    column: number,
    seats: number,
    aisles: readonly number[] = [],
): number {
    const [first, step] = [numbers?.first ?? 1, numbers?.step ?? 1];
    if (numbers?.from === 'aisle') {
        const aisle = middleAisle(seats, aisles);
        return first + (column < aisle ? step * (aisle - 1 - column) : 1 + step * (column - aisle));
    }
    return first + (numbers?.from === 'right' ? seats - column - 1 : column) * step;
}

/** After how many seats the aisle nearest to the row's middle runs; without one it is the middle itself. */
function middleAisle(seats: number, aisles: readonly number[]): number {
    const off = (after: number) => Math.abs(2 * after - seats);
    const inside = aisles.filter((after) => after < seats);
    return inside.reduce(
        (best, after) => (off(after) < off(best) ? after : best),
        inside[0] ?? Math.ceil(seats / 2),
    );
}

/** Where a file of a seat map is: its background, or the view from a section. */
export function mapFile(hash: string): string {
    return `/api/seat-map-files/${hash}`;
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
