import { expect, test } from 'vitest';
import { boxOf } from './box';
import { upperRoom } from './labels';

const shape = (...points: number[]) => ({ outline: Float32Array.from(points), box: boxOf(points) });
/** What is seen: 100 wide, 80 high. */
const seen = { left: 0, top: 0, right: 100, bottom: 80 };

test('a section that begins in sight says its name above its edge', () => {
    const square = shape(20, 30, 60, 30, 60, 70, 20, 70);
    expect(upperRoom(square, seen, 20, 10)).toEqual({ x: 40, y: 24 });
});

test('one that begins above says it at the upper end of what is seen, amid what is seen of it', () => {
    const large = shape(60, -500, 400, -500, 400, 500, 60, 500);
    expect(upperRoom(large, seen, 20, 10)).toEqual({ x: 80, y: 7 });
});

test('where a section is too narrow for its name it is said farther down, or not at all', () => {
    const wedge = shape(50, 0, 90, 80, 10, 80);
    const at = upperRoom(wedge, seen, 40, 10);
    expect(at?.x).toBeCloseTo(50);
    expect(at?.y).toBeGreaterThanOrEqual(34);
    expect(upperRoom(wedge, seen, 81, 10)).toBeUndefined();
});

test('of two ends of a bent section the name is said in one, not between them', () => {
    const bent = shape(0, 0, 30, 0, 30, 50, 60, 50, 60, 0, 95, 0, 95, 80, 0, 80);
    expect(upperRoom(bent, seen, 32, 10)).toEqual({ x: 77.5, y: 7 });
});
