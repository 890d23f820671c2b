import { describe, expect, test } from 'vitest';
import { WHEELCHAIR } from './document';
import { expand } from './expand';
import { FREE, HELD, SeatStates, SOLD } from './states';
import { stadium, stalls } from './testing';

/** Small and repeatable: the same numbers in every run. */
function random(seed: number): () => number {
    let state = seed;
    return () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state / 2 ** 32;
    };
}

function pack(states: number[]): Uint8Array {
    const bits = new Uint8Array(Math.ceil(states.length / 4));
    states.forEach((state, seat) => (bits[seat >> 2]! |= state << (6 - 2 * (seat % 4))));
    return bits;
}

/** What the counts must be, counted anew. */
function recounted(states: SeatStates): { free: number; sections: number[]; tiers: number[] } {
    const { map } = states;
    const free = [...states.seats.keys()].filter((seat) => states.of(seat) === FREE);
    const sections = map.sections.map(
        (section) =>
            free.filter((seat) => seat >= section.firstSeat && seat < section.firstSeat + section.seats)
                .length,
    );
    const tiers = map.tiers.map((tier) => free.filter((seat) => map.tier[seat] === tier).length);
    return { free: free.length, sections, tiers };
}

function counted(states: SeatStates): { free: number; sections: number[]; tiers: number[] } {
    const tiers = states.map.tiers.map((tier) => states.leftInTier(tier));
    return {
        free: states.free,
        sections: states.map.sections.map((_, section) => states.freeInSection(section)),
        tiers,
    };
}

test('a snapshot is two bits a seat, the first in the most significant ones', () => {
    const states = new SeatStates(expand(stalls()));
    let changed: number[] = [];
    states.watch((changes) => (changed = changes.map(({ seat }) => seat)));
    states.takeBits(Uint8Array.of(0b00_01_10_11, 0b10_00_00_00), 7);
    expect([...states.seats.slice(0, 6)]).toEqual([0, 1, 2, 3, 2, 0]);
    expect(changed).toEqual([1, 2, 3, 4]);
    expect([states.version, states.free]).toEqual([7, 96]);
});

test('free seats are counted by kind as well', () => {
    const [section] = stalls().sections!;
    const marks = [{ seats: [[0, 1]], kind: 'wheelchair' as const }];
    const states = new SeatStates(expand({ sections: [{ ...section!, marks }] }));
    const free = () => [WHEELCHAIR, 0].map((kind) => states.freeSeats((_, of) => of === kind));
    expect(free()).toEqual([2, 98]);
    states.change([
        [1, SOLD],
        [2, SOLD],
    ]);
    expect(free()).toEqual([1, 97]);
    expect(states.leftInTier(0)).toBe(48);
});

describe('a delta', () => {
    const at = (version: number) => {
        const states = new SeatStates(expand(stalls()));
        states.takeBits(new Uint8Array(25), version);
        return states;
    };

    test('that is known is skipped', () => {
        const states = at(8);
        expect(states.apply({ after: 6, version: 8, seats: [[0, SOLD]] })).toBe('known');
        expect(states.of(0)).toBe(FREE);
    });

    test('that overlaps what is known is applied', () => {
        const states = at(7);
        expect(states.apply({ after: 6, version: 9, seats: [[0, HELD]], areas: [] })).toBe('applied');
        expect([states.version, states.of(0)]).toEqual([9, HELD]);
    });

    test('that leaves a gap changes nothing', () => {
        const states = at(5);
        expect(states.apply({ after: 6, version: 8, seats: [[0, SOLD]] })).toBe('gap');
        expect([states.version, states.of(0)]).toEqual([5, FREE]);
    });

    test('of seats that are not there is harmless', () => {
        const states = at(1);
        expect(
            states.apply({
                after: 1,
                version: 2,
                seats: [
                    [100, SOLD],
                    [-1, SOLD],
                ],
                areas: [[3, 9]],
            }),
        ).toBe('applied');
        expect([states.free, states.areas]).toEqual([100, []]);
    });
});

test('counts that are kept are counts that are made anew, whatever comes', () => {
    const next = random(42);
    const states = new SeatStates(expand(stalls()));
    for (let round = 1; round <= 200; round++) {
        if (round % 50 === 0) {
            const all = Array.from({ length: 100 }, () => Math.floor(next() * 4));
            states.takeBits(pack(all), round);
            expect([...states.seats]).toEqual(all);
        } else {
            const seats = Array.from({ length: 12 }, (): [number, number] => [
                Math.floor(next() * 100),
                Math.floor(next() * 4),
            ]);
            states.apply({ after: round - 1, version: round, seats });
        }
        expect(counted(states)).toEqual(recounted(states));
    }
});

test('a list of numbers says the same as bits', () => {
    const map = expand(stalls());
    const [bits, list] = [new SeatStates(map), new SeatStates(map)];
    const all = Array.from({ length: 100 }, (_, seat) => (seat * 7) % 4);
    bits.takeBits(pack(all), 1);
    list.takeList(all, 1);
    expect(list.seats).toEqual(bits.seats);
});

test('a snapshot of 80,000 seats takes the place of the one before', () => {
    const states = new SeatStates(expand(stadium()));
    const bits = new Uint8Array(20_000).fill(0b00_01_10_11);
    states.takeBits(new Uint8Array(20_000), 1);
    expect(states.free).toBe(80_000);
    states.takeBits(bits, 2);
    expect(states.free).toBe(20_000);
});
