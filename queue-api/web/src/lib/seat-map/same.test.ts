import { expect, test } from 'vitest';
import type { SeatMapDocument, Section } from './document';
import { expand } from './expand';
import { sameSeats } from './same';
import { FREE, HELD, SeatStates, SOLD } from './states';
import { drawn, stalls } from './testing';

/** The stalls with something else about their section. */
function changed(change: Partial<Section>, more: Partial<SeatMapDocument> = {}): SeatMapDocument {
    const document = stalls();
    return { ...document, ...more, sections: document.sections!.map((each) => ({ ...each, ...change })) };
}

test('a map that is painted anew has the same seats, one whose seats moved or are called otherwise has not', () => {
    const map = expand(stalls());
    const painted = changed(
        {
            rows: [
                { count: 2, seats: 10, tier: 3 },
                { count: 8, seats: 10, tier: 1 },
            ],
            marks: [{ seats: [[0, 4]], kind: 'wheelchair' }],
            rank: 2,
        },
        {
            landmarks: [
                {
                    name: 'Bar',
                    shape: { kind: 'rectangle', x_cm: 0, y_cm: -900, width_cm: 10, height_cm: 10 },
                },
            ],
        },
    );
    expect(sameSeats(map, expand(painted))).toBe(true);
    const others = [
        changed({ name: 'Circle' }),
        changed({ x_cm: 50 }),
        changed({ row_names: { style: 'numbers', first: 1 } }),
        changed({ seat_numbers: { first: 1, step: 1, from: 'right' } }),
        changed({ rows: [{ count: 5, seats: 10, tier: 0 }] }),
        changed(
            {},
            { areas: [{ name: 'Pit', capacity: 5, tier: 0, shape: { kind: 'polygon', points_cm: [] } }] },
        ),
    ];
    for (const other of others) expect(sameSeats(map, expand(other))).toBe(false);
});

test('the same house as a drawing has it, to the centimetre, is the same', async () => {
    const { placeDrawn } = await import('./placed');
    expect(sameSeats(expand(stalls()), expand(drawn(stalls()), placeDrawn))).toBe(true);
});

test('states outlive another painting; what is left is counted by the new tiers', () => {
    const states = new SeatStates(expand(stalls()));
    states.takeList(
        Array.from({ length: 100 }, (_, seat) => (seat === 0 ? HELD : seat === 60 ? SOLD : FREE)),
        7,
    );
    expect([states.leftInTier(0), states.leftInTier(1)]).toEqual([49, 49]);
    let told = 0;
    states.watch(() => told++);
    states.repaint(expand(changed({ rows: [{ count: 10, seats: 10, tier: 4 }] })));
    expect([states.version, states.of(0), states.of(60), states.free, told]).toEqual([7, HELD, SOLD, 98, 1]);
    expect([states.leftInTier(0), states.leftInTier(4)]).toEqual([0, 98]);
    states.change([[0, FREE]]);
    expect(states.leftInTier(4)).toBe(99);
});
