import { expect, test } from 'vitest';
import { narrow } from './clock.svelte';

test('answers narrow the offset to less than the step of Date', () => {
    // The server is 5,300 ms ahead; answers take 40 ms.
    const answer = (asked: number) => {
        const server = asked + 20 + 5_300;
        return { date: Math.floor(server / 1000) * 1000, asked, got: asked + 40 };
    };
    let range;
    for (let asked = 1_000_000; asked < 1_003_000; asked += 130) {
        const { date, got } = answer(asked);
        range = narrow(range, date, asked, got);
        expect(range.low).toBeLessThanOrEqual(5_300);
        expect(range.high).toBeGreaterThanOrEqual(5_300);
    }
    expect(range!.high - range!.low).toBeLessThan(200);
});

test('a clock that was set starts again', () => {
    const before = narrow(undefined, 10_000, 10_000, 10_050);
    const after = narrow(before, 90_000, 11_000, 11_050);
    expect(after).toEqual({ low: 90_000 - 11_050, high: 91_000 - 11_000 });
});
