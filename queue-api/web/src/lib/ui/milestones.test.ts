import { expect, test } from 'vitest';
import { crossed } from './milestones';

test('a milestone is told once, when it is passed', () => {
    expect(crossed(300_100, 299_900)).toBe(300_000);
    expect(crossed(299_900, 299_700)).toBeUndefined();
    expect(crossed(30_001, 30_000)).toBe(30_000);
});

test('of those passed while a tab slept only the last is told', () => {
    expect(crossed(400_000, 25_000)).toBe(30_000);
});
