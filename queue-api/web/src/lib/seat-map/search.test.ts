import { describe, expect, test } from 'vitest';
import { expand } from './expand';
import { SeatGrid } from './grid';
import { nearestEqual } from './nearest';
import { neighbour } from './neighbours';
import { SeatStates, SOLD } from './states';
import { stadium, stalls } from './testing';

const map = expand(stalls());
const grid = new SeatGrid(map.x, map.y, map.box);

describe('the grid', () => {
    test('finds the seat that is hit, and none beside all', () => {
        const big = expand(stadium());
        const index = new SeatGrid(big.x, big.y, big.box);
        for (let seat = 0; seat < big.seatCount; seat += 997) {
            const near = { x: big.x[seat]! + 12, y: big.y[seat]! - 9 };
            expect(index.nearest(near, 40)).toBe(seat);
        }
        expect(index.nearest({ x: 0, y: 0 }, 40)).toBeUndefined();
        expect(index.nearest({ x: 1e6, y: -1e6 }, 40)).toBeUndefined();
    });

    test('finds every seat of a box', () => {
        const found = new Set<number>();
        grid.within({ left: -30, right: 90, top: -10, bottom: 200 }, (seat) => found.add(seat));
        for (let seat = 0; seat < map.seatCount; seat++) {
            const [x, y] = [map.x[seat]!, map.y[seat]!];
            if (x >= -30 && x <= 90 && y >= -10 && y <= 200) expect(found.has(seat)).toBe(true);
        }
    });

    test('knows each of 80,000 seats', () => {
        const big = expand(stadium());
        const found = new Uint8Array(big.seatCount);
        new SeatGrid(big.x, big.y, big.box).within(big.box, (seat) => found[seat]!++);
        expect(found.every((times) => times === 1)).toBe(true);
    });
});

describe('arrow keys', () => {
    test('go along the row and to the rows around', () => {
        expect(neighbour(map, grid, 14, 'right')).toBe(15);
        expect(neighbour(map, grid, 14, 'left')).toBe(13);
        expect(neighbour(map, grid, 14, 'up')).toBe(4);
        expect(neighbour(map, grid, 14, 'down')).toBe(24);
        expect(neighbour(map, grid, 0, 'left')).toBeUndefined();
        expect(neighbour(map, grid, 4, 'up')).toBeUndefined();
    });

    test('reach every seat of a row, and come back', () => {
        const big = expand(stadium());
        const index = new SeatGrid(big.x, big.y, big.box);
        for (let seat = 0; seat < 15; seat++) expect(neighbour(big, index, seat, 'right')).toBe(seat + 1);
        for (let seat = 15; seat > 0; seat--) expect(neighbour(big, index, seat, 'left')).toBe(seat - 1);
    });
});

describe('the nearest equal seats', () => {
    const without = (...gone: number[]) => {
        const states = new SeatStates(map);
        states.takeList(
            [...Array(100).keys()].map((seat) => (gone.includes(seat) ? SOLD : 0)),
            1,
        );
        return states;
    };

    test('are beside the lost ones, together', () => {
        expect(nearestEqual(map, without(14, 15), [14, 15])).toEqual([12, 13]);
        expect(nearestEqual(map, without(12, 13, 14, 15), [14, 15])).toEqual([16, 17]);
    });

    test('are in the next row of the tier where the row is full', () => {
        const row = [...Array(10).keys()].map((seat) => seat + 10);
        const offer = nearestEqual(map, without(...row), [14, 15]);
        expect(offer.every((seat) => map.tier[seat] === 0 && !row.includes(seat))).toBe(true);
        expect([
            [4, 5],
            [24, 25],
        ]).toContainEqual(offer);
    });

    test('are never those that the fan has', () => {
        expect(nearestEqual(map, without(14), [14], [13, 15])).not.toContain(13);
        expect(nearestEqual(map, without(14), [14], [13])).toEqual([15]);
    });

    test('are of the same kind: no place for a wheelchair instead of a seat', () => {
        const [section] = stalls().sections!;
        const marks = [{ seats: [[12, 13]], kind: 'wheelchair' as const }];
        const marked = expand({ sections: [{ ...section!, marks }] });
        const states = new SeatStates(marked);
        states.change([14, 15].map((seat) => [seat, SOLD] as const));
        expect(nearestEqual(marked, states, [14, 15])).toEqual([16, 17]);
        states.change([[12, SOLD]]);
        expect(nearestEqual(marked, states, [12])).toEqual([13]);
    });

    test('are apart rather than none, and none rather than too few', () => {
        const all = [...Array(50).keys()];
        expect(
            nearestEqual(map, without(...all.filter((seat) => seat !== 3 && seat !== 30)), [14, 15]),
        ).toEqual([3, 30]);
        expect(nearestEqual(map, without(...all.filter((seat) => seat !== 3)), [14, 15])).toEqual([]);
        expect(nearestEqual(map, without(), [])).toEqual([]);
    });
});
