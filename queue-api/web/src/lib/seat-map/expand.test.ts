import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { contains } from './box';
import { letters, type SeatMapDocument } from './document';
import { expand, nameOf, sectionOf, stretches } from './expand';
import { shortest, stadium } from './testing';

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
        expect(`${section} · Row ${row} · ${number}`).toBe(label);
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

test('rows are counted on beyond Z', () => {
    expect([1, 26, 27, 702, 703].map((row) => letters(row))).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA']);
});

test('an empty document is an empty map', () => {
    const map = expand({});
    expect([map.seatCount, map.tiers, map.sections.length]).toEqual([0, [], 0]);
});

test('a stadium of 80,000 seats is expanded at once', () => {
    const document = stadium();
    expect(expand(document).seatCount).toBe(80_000);
    expect(shortest(() => expand(document))).toBeLessThan(100);
});
