import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contains } from './box';
import { COMPANION, letters, seatNumber, WHEELCHAIR, type SeatMapDocument } from './document';
import { nameOf, sectionOf, stretches } from './names';
import { expandDrawn as expand } from './placed';
import { drawn, stadium, stalls } from './testing';

interface Vectors {
    name: string;
    document: SeatMapDocument;
    seat_count: number;
    stage: [number, number];
    rows: [section: number, position: number, first: number, seats: number, stretches: [number, number][]][];
    seats: [seat: number, x: number, y: number, tier: number, label: string][];
}

const VECTORS = JSON.parse(readFileSync(new URL('./vectors.json', import.meta.url), 'utf8')) as Vectors[];

test.each(VECTORS)('$name: seats, rows and labels are those of the server', (vectors) => {
    const map = expand(vectors.document);
    expect(map.seatCount).toBe(vectors.seat_count);
    expect(map.stage.x).toBeCloseTo(vectors.stage[0], 1);
    expect(map.stage.y).toBeCloseTo(vectors.stage[1], 1);
    for (const [seat, x, y, tier, label] of vectors.seats) {
        // Half a millimetre, however far from the origin.
        expect(Math.hypot(map.x[seat]! - x, map.y[seat]! - y), label).toBeLessThan(0.05);
        expect(map.tier[seat], label).toBe(tier);
        const { section, row, number } = nameOf(map, seat);
        expect([section, row && `Row ${row}`, number].filter(Boolean).join(' · ')).toBe(label);
    }
    for (const [section, position, first, seats, parts] of vectors.rows) {
        const row = map.row[first]!;
        expect([map.rowSection[row], map.rowPosition[row], map.rowFirst[row]]).toEqual([
            section,
            position,
            first,
        ]);
        expect(map.rowFirst[row + 1]! - first).toBe(seats);
        expect(stretches(map, row)).toEqual(parts);
    }
});

test.each(VECTORS)('$name: every seat lies in the outline of its section', ({ document }) => {
    const map = expand(document);
    for (let seat = 0; seat < map.seatCount; seat++) {
        const { outline } = map.sections[sectionOf(map, seat)]!;
        expect(contains(outline, { x: map.x[seat]!, y: map.y[seat]! }), `seat ${seat}`).toBe(true);
    }
});

test('seats are numbered outward from the aisle that is nearest to the middle', () => {
    const row = (first: number, seats: number, aisles: number[]) =>
        Array.from({ length: seats }, (_, at) =>
            seatNumber({ first, step: 2, from: 'aisle' }, at, seats, aisles),
        );
    expect(row(1, 7, [])).toEqual([7, 5, 3, 1, 2, 4, 6]);
    expect(row(2, 6, [])).toEqual([6, 4, 2, 3, 5, 7]);
    expect(row(1, 8, [2, 5])).toEqual([9, 7, 5, 3, 1, 2, 4, 6]);
    expect(row(1, 8, [3, 5])).toEqual([5, 3, 1, 2, 4, 6, 8, 10]);
    expect(row(101, 3, [9])).toEqual([103, 101, 102]);
});

test('marks change the price and the kind of single seats', () => {
    const [section] = stalls().sections!;
    const marks = [
        {
            seats: [
                [0, 3],
                [9, 9],
            ],
            tier: 5,
        },
        { seats: [[2, 2]], tier: 6 },
        { seats: [[1, 2]], kind: 'wheelchair' as const },
        { seats: [[3, 3]], kind: 'companion' as const },
    ];
    const map = expand({ sections: [{ ...section!, marks }] });
    expect([...map.tier.slice(0, 5), map.tier[9], map.tier[10]]).toEqual([5, 5, 6, 5, 0, 5, 0]);
    expect([...map.kind.slice(0, 5)]).toEqual([0, WHEELCHAIR, WHEELCHAIR, COMPANION, 0]);
    expect([map.tiers, map.kinds]).toEqual([
        [0, 1, 5, 6],
        [WHEELCHAIR, COMPANION],
    ]);
});

describe('seats that lie where a drawing has them', () => {
    test.each([
        ['theatre', VECTORS[0]!.document],
        ['stadium', stadium()],
    ] as const)('%s: lie as those of the rule, in outlines of the same kind', (_, document) => {
        const [ruled, placed] = [expand(document), expand(drawn(document))];
        expect(placed.seatCount).toBe(ruled.seatCount);
        for (let seat = 0; seat < ruled.seatCount; seat += 11) {
            const off = Math.hypot(placed.x[seat]! - ruled.x[seat]!, placed.y[seat]! - ruled.y[seat]!);
            expect(off, `seat ${seat}`).toBeLessThan(1);
        }
        expect(placed.pitch).toBeCloseTo(ruled.pitch, -1);
        placed.sections.forEach(({ outline, middle }, at) => {
            expect(contains(outline, middle)).toBe(true);
            // As narrow as the rows are: not the hull of a bend.
            expect(area(outline) / area(ruled.sections[at]!.outline)).toBeCloseTo(1, 0);
        });
    });

    test('are called by labels, by numbers, or by neither row', () => {
        const row = { tier: 0, x_cm: [0, 60, 60], y_cm: [0, 0, 0] };
        const map = expand({
            sections: [
                {
                    name: 'Boxes',
                    x_cm: 100,
                    y_cm: 200,
                    rows: [],
                    placed: [
                        { ...row, name: 'F', labels: ['1', '2a', '2b'], aisles: [1] },
                        { ...row, name: '', y_cm: [90, 0, 0], numbers: { first: 7, from: 'right' } },
                    ],
                },
            ],
        });
        expect([0, 1, 2, 3, 5].map((seat) => nameOf(map, seat))).toEqual([
            { section: 'Boxes', row: 'F', number: '1' },
            { section: 'Boxes', row: 'F', number: '2a' },
            { section: 'Boxes', row: 'F', number: '2b' },
            { section: 'Boxes', row: '', number: '9' },
            { section: 'Boxes', row: '', number: '7' },
        ]);
        expect([...map.x]).toEqual([100, 160, 220, 100, 160, 220]);
        expect([...map.y]).toEqual([200, 200, 200, 290, 290, 290]);
        expect(stretches(map, 0)).toEqual([
            [0, 1],
            [1, 3],
        ]);
        expect(map.pitch).toBe(55);
        expect(map.sections[0]!.seatRadius).toBeCloseTo(60 * 0.42);
    });

    test('in no order, or alone, are still within their outline', () => {
        const table = (x: number, y: number) => ({
            name: '',
            tier: 0,
            x_cm: [x, 70, 70, -70, -70],
            y_cm: [y, -70, 70, 70, -10],
            labels: [1, 2, 3, 4, 5].map((seat) => `${x}-${seat}`),
        });
        const placed = [table(0, 0), table(500, 300), table(-300, 600)];
        const one = { name: 'Z', tier: 0, x_cm: [0], y_cm: [0] };
        const map = expand({
            sections: [
                { name: 'Tables', x_cm: 0, y_cm: 0, rows: [], placed },
                { name: 'One', x_cm: 2_000, y_cm: 0, rows: [], placed: [one] },
            ],
        });
        for (let seat = 0; seat < map.seatCount; seat++) {
            const { outline } = map.sections[sectionOf(map, seat)]!;
            expect(contains(outline, { x: map.x[seat]!, y: map.y[seat]! }), `seat ${seat}`).toBe(true);
        }
    });
});

test('decoration widens the map as far as it is near', () => {
    const background = {
        file: 'a'.repeat(64),
        x_cm: -300,
        y_cm: -100_000,
        width_cm: 600,
        height_cm: 200_000,
    };
    const [plain, decorated] = [expand(stalls()).box, expand({ ...stalls(), background }).box];
    expect(decorated.left).toBeLessThan(plain.left + 1);
    expect(decorated.top).toBeLessThan(plain.top - 100);
    expect(decorated.top).toBeGreaterThan(plain.top - 1_000);
});

/** Of a closed outline. */
function area(outline: Float32Array): number {
    let sum = 0;
    for (let at = 0, before = outline.length - 2; at < outline.length; before = at, at += 2)
        sum += outline[before]! * outline[at + 1]! - outline[at]! * outline[before + 1]!;
    return Math.abs(sum) / 2;
}

test('rows are counted on beyond Z', () => {
    expect([1, 26, 27, 702, 703].map((row) => letters(row))).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA']);
});

test('an empty document is an empty map', () => {
    const map = expand({});
    expect([map.seatCount, map.tiers, map.sections.length]).toEqual([0, [], 0]);
});

test('a stadium has 80,000 seats', () => {
    expect(expand(stadium()).seatCount).toBe(80_000);
});
