import { describe, expect, test } from 'vitest';
import { expand } from '$lib/seat-map/expand';
import {
    addSection,
    boxOfShape,
    capacityOf,
    changeSection,
    copySection,
    did,
    EMPTY,
    fitShape,
    redone,
    removeSection,
    setBlocked,
    tiersOf,
    undone,
    type Draft,
} from './builder';
import { rangesOf, rowsIn, rowsOf } from './rows';
import { markSeats, paintRows } from './parts';
import { plainSection, template, TEMPLATES, type TemplateNames } from './templates';

const names: TemplateNames = {
    stage: 'Stage',
    stalls: 'Stalls',
    circle: 'Circle',
    hall: 'Hall',
    block: 'Block',
    floor: 'Floor',
    standing: 'Standing',
    front: 'Front',
    field: 'Field',
};
/** Two sections of 8 rows of 16 seats. */
const two: Draft = {
    ...EMPTY,
    sections: [plainSection('Left', -600, 0, 0), plainSection('Right', 600, 0, 1)],
};

describe('ranges', () => {
    test('give the same rows again', () => {
        const made = [
            { count: 4, seats: 18, tier: 0, widen_every: 2 },
            { count: 8, seats: 20, tier: 1, widen_every: 3 },
            { count: 3, seats: 9, tier: 1 },
        ];
        expect(rowsOf(rangesOf(rowsOf(made)))).toEqual(rowsOf(made));
        expect(rangesOf(rowsOf(made))).toHaveLength(3);
    });

    test('painted across are cut where the price changes, and no seat moves', () => {
        const wedge: Draft = {
            ...EMPTY,
            sections: [
                { ...plainSection('A', 0, 0, 0), rows: [{ count: 9, seats: 10, tier: 0, widen_every: 2 }] },
            ],
        };
        // A seat of the fourth row, and one of the fifth.
        const painted = paintRows(wedge, expand(wedge), [33, 45], 5);
        const [before, after] = [wedge, painted].map((draft) => rowsIn(draft.sections[0]!));
        expect(after!.map((row) => row.seats)).toEqual(before!.map((row) => row.seats));
        expect(after!.map((row) => row.tier)).toEqual([0, 0, 0, 5, 5, 0, 0, 0, 0]);
        expect(tiersOf(painted)).toEqual([0, 5]);
    });
});

describe('blocked seats', () => {
    // The second seat of the second row, left and right.
    const draft = setBlocked(two, [17, 128 + 17], true);

    test('stay the same seats when a section before them grows', () => {
        const wider = changeSection(draft, 0, { rows: [{ count: 8, seats: 20, tier: 0 }] });
        expect(wider.blocked).toEqual([21, 160 + 17]);
    });

    test('go with their section', () => {
        expect(removeSection(draft, 0).blocked).toEqual([17]);
        expect(removeSection(draft, 1).blocked).toEqual([17]);
    });

    test('that are cut off are gone', () => {
        expect(changeSection(draft, 1, { rows: [{ count: 1, seats: 16, tier: 1 }] }).blocked).toEqual([17]);
        expect(changeSection(draft, 0, { rows: [{ count: 8, seats: 1, tier: 0 }] }).blocked).toEqual([
            8 + 17,
        ]);
    });

    test('can be sold again', () => {
        expect(setBlocked(draft, [17], false).blocked).toEqual([145]);
        expect(capacityOf(draft)).toBe(254);
    });
});

test('a mirrored copy has its aisles and numbers the other way round', () => {
    const section = { ...plainSection('Left', -600, 0, 0), aisles: [4], rotation_mdeg: 20_000 };
    const copy = copySection(addSection(EMPTY, section), 0, true).sections[1]!;
    expect(copy).toMatchObject({ name: 'Left 2', x_cm: 600, rotation_mdeg: -20_000, aisles: [12] });
    expect(copy.seat_numbers?.from).toBe('right');
});

test('marks stay on their seats when rows change, and are mirrored with them', () => {
    const map = expand(two);
    // The second seat of the second row, left.
    const marked = markSeats(two, map, [17], 'companion');
    const wider = changeSection(marked, 0, { rows: [{ count: 8, seats: 20, tier: 0 }] });
    expect(wider.sections[0]?.marks).toEqual([{ seats: [[21, 21]], kind: 'companion' }]);
    expect(copySection(marked, 0, true).sections[2]?.marks).toEqual([
        { seats: [[30, 30]], kind: 'companion' },
    ]);
    expect(
        changeSection(marked, 0, { rows: [{ count: 1, seats: 9, tier: 0 }] }).sections[0]?.marks,
    ).toBeUndefined();
});

test('names of seats in a drawing are kept as long as its seats are the same', () => {
    const named: Draft = { ...two, identities: 'ab'.repeat(32) };
    expect(changeSection(named, 0, { name: 'West' }).identities).toBe(named.identities);
    expect(removeSection(named, 0).identities).toBeUndefined();
    expect(addSection(named, plainSection('Rear', 0, 900, 0)).identities).toBeUndefined();
});

test('shapes of any kind can be moved and stretched', () => {
    const shape = {
        kind: 'polygon' as const,
        points_cm: [
            [0, 0],
            [100, 0],
            [50, 80],
        ],
    };
    const moved = fitShape(shape, { x: 10, y: 20, width: 200, height: 80 });
    expect(moved).toEqual({
        kind: 'polygon',
        points_cm: [
            [10, 20],
            [210, 20],
            [110, 100],
        ],
    });
    expect(boxOfShape(moved)).toEqual({ x: 10, y: 20, width: 200, height: 80 });
});

test('what was done can be undone and done again', () => {
    let history = did({ past: [], now: 1, future: [] as number[] }, 2);
    history = undone(did(history, 3));
    expect(history.now).toBe(2);
    expect(redone(history).now).toBe(3);
    expect(did(history, 4).future).toEqual([]);
    expect(undone(undone(undone(history))).now).toBe(1);
});

test.each(TEMPLATES)('the template %s is a map that can be drawn', (kind) => {
    const draft = template(kind, names);
    const map = expand(draft);
    expect(capacityOf(draft)).toBe(map.seatCount + draft.areas.reduce((sum, area) => sum + area.capacity, 0));
    const taken = [...draft.sections, ...draft.areas].map(({ name }) => name);
    expect(new Set(taken).size).toBe(taken.length);
    const whole = JSON.stringify(draft).match(/-?\d+\.\d+/);
    expect(whole).toBeNull();
});
