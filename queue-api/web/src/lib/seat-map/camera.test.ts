import { expect, test } from 'vitest';
import {
    between,
    centred,
    fit,
    framed,
    kept,
    limitsOf,
    moved,
    seen,
    toPage,
    toScreen,
    zoomedAt,
} from './camera';

const SIZE = { width: 390, height: 600 };
const BOX = { left: -1000, top: -500, right: 3000, bottom: 2500 };
const LIMITS = limitsOf(BOX, 55, SIZE);

test('the screen and the page are each the other way round', () => {
    const camera = { x: -120, y: 40, scale: 0.37 };
    const at = toScreen(camera, toPage(camera, { x: 33, y: 71 }));
    expect([at.x, at.y]).toEqual([expect.closeTo(33, 6), expect.closeTo(71, 6)]);
});

test('a box that is fitted is seen whole, and its middle is in the middle', () => {
    const part = seen(fit(BOX, SIZE), SIZE);
    expect(part.left).toBeLessThanOrEqual(BOX.left);
    expect(part.right).toBeGreaterThanOrEqual(BOX.right);
    expect(part.top).toBeLessThanOrEqual(BOX.top);
    expect((part.top + part.bottom) / 2).toBeCloseTo(1000, 3);
});

test('what lies under the finger stays there while zooming', () => {
    const at = { x: 100, y: 222 };
    let camera = fit(BOX, SIZE);
    const under = toPage(camera, at);
    for (const factor of [1.3, 2, 0.8, 1.7]) {
        camera = zoomedAt(camera, at, factor, LIMITS);
        expect(toPage(camera, at).x).toBeCloseTo(under.x, 3);
        expect(toPage(camera, at).y).toBeCloseTo(under.y, 3);
    }
});

test('zooming ends at the whole map and at seats that a finger hits', () => {
    const whole = fit(BOX, SIZE);
    expect(zoomedAt(whole, { x: 0, y: 0 }, 0.1, LIMITS).scale).toBe(whole.scale);
    expect(zoomedAt(whole, { x: 0, y: 0 }, 1e6, LIMITS).scale * 55).toBeCloseTo(56, 3);
});

test('the page cannot be pushed off the screen', () => {
    const near = centred({ x: 0, y: 0 }, 1, SIZE);
    for (const [dx, dy] of [
        [1e6, 0],
        [-1e6, 0],
        [0, 1e6],
        [3e5, -1e6],
    ] as const) {
        const part = seen(kept(moved(near, dx, dy), BOX, SIZE), SIZE);
        expect(part.left).toBeGreaterThanOrEqual(BOX.left - 17);
        expect(part.right).toBeLessThanOrEqual(BOX.right + 17);
        expect(part.bottom).toBeLessThanOrEqual(BOX.bottom + 17);
    }
});

test('a flight begins where it begins and ends where it ends', () => {
    const [from, to] = [fit(BOX, SIZE), centred({ x: 2000, y: 100 }, 0.6, SIZE)];
    for (const [share, wanted] of [
        [0, from],
        [1, to],
    ] as const) {
        const camera = between(from, to, share, SIZE);
        expect(camera.x).toBeCloseTo(wanted.x, 3);
        expect(camera.y).toBeCloseTo(wanted.y, 3);
        expect(camera.scale).toBeCloseTo(wanted.scale, 6);
    }
});

test('a picture of the whole frames what is seen, and nothing beyond its edge', () => {
    const picture = { width: 100, height: 75 };
    expect(framed(BOX, BOX, picture)).toEqual({ left: 0, top: 0, right: 100, bottom: 75 });
    const part = { left: 0, top: 0, right: 9000, bottom: 1000 };
    expect(framed(BOX, part, picture)).toEqual({
        left: expect.closeTo(25),
        top: expect.closeTo(12.5),
        right: 100,
        bottom: expect.closeTo(37.5),
    });
});
