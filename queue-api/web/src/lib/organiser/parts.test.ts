import { expect, test } from 'vitest';
import { expand } from '$lib/seat-map/expand';
import { EMPTY, setBlocked, tiersOf, type Draft } from './builder';
import {
    addLandmark,
    addStanding,
    below,
    hasPart,
    markSeats,
    paintRows,
    paintSeats,
    partOfField,
    partsOf,
    removePart,
} from './parts';
import { plainSection } from './templates';

const sections: Draft = {
    ...EMPTY,
    sections: [plainSection('Left', -600, 0, 0), plainSection('Right', 600, 0, 1)],
};
const all = addLandmark(addStanding(sections, 'Floor', 2, 900), 'Bar', 1800);

test('all parts are listed by kind', () => {
    expect(partsOf(all).map(({ kind, index, name }) => `${kind} ${index} ${name}`)).toEqual([
        'section 0 Left',
        'section 1 Right',
        'area 0 Floor',
        'landmark 0 Bar',
    ]);
});

test('a part that is removed takes nothing else with it', () => {
    const blocked = setBlocked(all, [0, 128 + 17], true);
    expect(removePart(blocked, { kind: 'section', index: 0 }).blocked).toEqual([17]);
    const without = removePart(blocked, { kind: 'area', index: 0 });
    expect([without.areas, without.blocked]).toEqual([[], [0, 145]]);
    expect(hasPart(without, { kind: 'area', index: 0 })).toBe(false);
    expect(hasPart(without, { kind: 'landmark', index: 0 })).toBe(true);
    expect(removePart(all, { kind: 'landmark', index: 0 }).landmarks).toEqual([]);
});

test('a fault of the API names its part', () => {
    expect(partOfField('sections[2].rows[0].seats')).toEqual({ kind: 'section', index: 2 });
    expect(partOfField('landmarks[0].name')).toEqual({ kind: 'landmark', index: 0 });
    expect(partOfField('blocked')).toBeUndefined();
});

test('new parts stand below what there is', () => {
    const { box } = expand(sections);
    expect(below(sections, box)).toBeGreaterThan(box.bottom + 100);
    expect(below(EMPTY, expand(EMPTY).box)).toBe(300);
});

test('paint goes to the rows of the seats that are touched, in each section', () => {
    const map = expand(sections);
    const painted = paintRows(sections, map, [0, 17, 128], 5);
    const tiers = painted.sections.map(({ rows }) => rows?.map(({ count, tier }) => [count, tier]));
    expect(tiers).toEqual([
        [
            [2, 5],
            [6, 0],
        ],
        [
            [1, 5],
            [7, 1],
        ],
    ]);
    expect(tiersOf(painted)).toEqual([0, 1, 5]);
});

test('paint and signs go to single seats, and rows painted whole take them over', () => {
    const map = expand(sections);
    const painted = markSeats(paintSeats(sections, map, [3, 2, 130], 7), map, [4, 3], 'wheelchair');
    expect(painted.sections.map(({ marks }) => marks)).toEqual([
        [
            { seats: [[2, 3]], tier: 7 },
            { seats: [[3, 4]], kind: 'wheelchair' },
        ],
        [{ seats: [[2, 2]], tier: 7 }],
    ]);
    expect(tiersOf(painted)).toEqual([0, 1, 7]);
    const whole = paintRows(painted, map, [0, 128], 5);
    expect(whole.sections.map(({ marks }) => marks)).toEqual([
        [{ seats: [[3, 4]], kind: 'wheelchair' }],
        undefined,
    ]);
    expect(markSeats(whole, map, [3, 4], undefined).sections[0]?.marks).toBeUndefined();
});
