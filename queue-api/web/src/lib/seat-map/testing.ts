/** Maps for tests and measurements. */

import type { PlacedRow, SeatMapDocument, Section } from './document';
import { expand } from './expand';
import { nameOf, rowNameOf } from './names';

/** 80,000 seats: two rings of forty curved blocks around a field, four tiers. */
export function stadium(): SeatMapDocument {
    const ring = (first: number, radius: number, seats: number, tier: number): Section[] =>
        Array.from({ length: 40 }, (_, block) => {
            const angle = (block * 2 * Math.PI) / 40;
            return {
                name: `Block ${first + block}`,
                x_cm: Math.round(-radius * Math.sin(angle)),
                y_cm: Math.round(radius * Math.cos(angle)),
                rotation_mdeg: block * 9_000,
                curve_radius_cm: radius,
                rows: [
                    { count: 20, seats, tier },
                    { count: 20, seats: seats + 4, tier: tier + 1 },
                ],
                row_names: { style: 'numbers' as const },
            };
        });
    return {
        sections: [...ring(101, 7_000, 18, 0), ...ring(201, 11_500, 28, 2)],
        landmarks: [
            {
                name: 'Field',
                shape: { kind: 'rectangle', x_cm: -5_200, y_cm: -3_400, width_cm: 10_400, height_cm: 6_800 },
            },
        ],
    };
}

/** The same seats as a drawing has them: each where it lies, in whole centimetres, called by a label. */
export function drawn(document: SeatMapDocument): SeatMapDocument {
    const map = expand(document);
    const at = (seat: number) => [Math.round(map.x[seat]!), Math.round(map.y[seat]!)] as const;
    const placedRow = (row: number, [x, y]: readonly [number, number]): PlacedRow => {
        const [first, end] = [map.rowFirst[row]!, map.rowFirst[row + 1]!];
        const seats = Array.from({ length: end - first }, (_, step) => first + step);
        const from = (seat: number, part: 0 | 1) => (seat === first ? [x, y] : at(seat - 1))[part]!;
        return {
            name: rowNameOf(map, row),
            tier: map.tier[first]!,
            x_cm: seats.map((seat) => at(seat)[0] - from(seat, 0)),
            y_cm: seats.map((seat) => at(seat)[1] - from(seat, 1)),
            labels: seats.map((seat) => nameOf(map, seat).number),
        };
    };
    const sections = map.sections.map(({ name, firstSeat, firstRow, rows }): Section => {
        const [x_cm, y_cm] = at(firstSeat);
        const placed = Array.from({ length: rows }, (_, row) => placedRow(firstRow + row, [x_cm, y_cm]));
        return { name, x_cm, y_cm, rows: [], placed };
    });
    return { ...document, sections };
}

/** 80,000 seats as a drawing has them, with places for wheelchairs behind and seats that see less. */
export function drawnStadium(): SeatMapDocument {
    const document = drawn(stadium());
    const sections = (document.sections ?? []).map((section, at): Section => {
        const seats = section.placed!.reduce((sum, { x_cm }) => sum + x_cm.length, 0);
        if (at % 4 !== 0) return section;
        const marks: Section['marks'] = [
            {
                seats: [
                    [seats - 16, seats - 15],
                    [seats - 10, seats - 9],
                ],
                kind: 'wheelchair',
            },
            {
                seats: [
                    [seats - 14, seats - 13],
                    [seats - 8, seats - 7],
                ],
                kind: 'companion',
            },
            { seats: [[0, 5]], kind: 'restricted_view' },
        ];
        return { ...section, marks };
    });
    return { ...document, sections };
}

/** With what was drawn around its seats. */
export function decorated(document: SeatMapDocument): SeatMapDocument {
    const [edge, file] = [18_000, '0'.repeat(64)];
    return {
        ...document,
        background: { file, x_cm: -edge, y_cm: -edge, width_cm: 2 * edge, height_cm: 2 * edge },
    };
}

/** Rows of ten in two tiers, five rows each. */
export function stalls(): SeatMapDocument {
    const rows = [0, 1].map((tier) => ({ count: 5, seats: 10, tier }));
    return { sections: [{ name: 'Stalls', x_cm: 0, y_cm: 0, rows }] };
}
