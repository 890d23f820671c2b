import { describe, expect, test } from 'vitest';
import { centred, toPage, toScreen, type Camera } from './camera';
import { expand } from './expand';
import { SeatGrid } from './grid';
import { fitsAt, middleSeat, seatAt, Stroke, targetAt, type Sight } from './pointing';
import { FREE, SeatStates, SOLD } from './states';
import { stalls } from './testing';

const map = expand({
    ...stalls(),
    areas: [
        {
            name: 'Floor',
            capacity: 100,
            tier: 0,
            shape: { kind: 'rectangle', x_cm: -300, y_cm: 1500, width_cm: 600, height_cm: 300 },
        },
    ],
});
const states = new SeatStates(map);
const scene = { map, states, grid: new SeatGrid(map.x, map.y, map.box) };
const size = { width: 390, height: 600 };
const [first, last] = [0, map.seatCount - 1];
const place = (seat: number) => ({ x: map.x[seat] ?? 0, y: map.y[seat] ?? 0 });

/** Looked at from where seats are so many pixels apart, a seat in the middle. */
function sight(pitch: number, seat = first): Sight & { at: (seat: number) => { x: number; y: number } } {
    const camera: Camera = centred(place(seat), pitch / map.pitch, size);
    return {
        camera,
        pitch,
        size,
        toPage: (at) => toPage(camera, at),
        at: (other) => toScreen(camera, place(other)),
    };
}

describe('a tap', () => {
    test('hits the seat under it, and by a finger the one beside it', () => {
        const near = sight(26);
        const { x, y } = near.at(3);
        expect(targetAt(scene, near, { x, y }, false)).toEqual({ seat: 3 });
        expect(targetAt(scene, near, { x, y: y - 13.5 }, true)).toEqual({ seat: 3 });
        expect(targetAt(scene, near, { x, y: y - 13.5 }, false)).toBeUndefined();
    });

    test('means the section where seats are too small for fingers, though not for a mouse', () => {
        const far = sight(12);
        expect(targetAt(scene, far, far.at(3), true)).toEqual({ section: map.sections[0] });
        expect(targetAt(scene, far, far.at(3), false)).toEqual({ seat: 3 });
        expect(fitsAt(scene, far, map.sections[0]!.box, 17)).toBe(true);
        expect(fitsAt(scene, far, map.sections[0]!.box, 60)).toBe(false);
    });

    test('hits an area, and nothing beside all', () => {
        const near = sight(26);
        const floor = toScreen(near.camera, { x: 0, y: 1600 });
        expect(targetAt(scene, near, floor, true)).toEqual({ area: 0 });
        expect(targetAt(scene, near, toScreen(near.camera, { x: 9e4, y: 0 }), true)).toBeUndefined();
    });
});

test('no seat is hit where none is drawn', () => {
    const far = sight(3);
    expect(seatAt(scene, far, far.at(3), 0)).toBeUndefined();
});

test('the keyboard begins in the middle, at a free seat if there is one', () => {
    expect(middleSeat(scene, sight(26, last))).toBe(last);
    const sold = new SeatStates(map);
    sold.takeList(
        Array.from({ length: map.seatCount }, (_, seat) => (seat === last ? SOLD : FREE)),
        0,
    );
    expect(middleSeat({ ...scene, states: sold }, sight(26, last))).not.toBe(last);
});

describe('a stroke', () => {
    test('paints everything between two points, and each seat it touches once it is asked', () => {
        const near = sight(20);
        const stroke = new Stroke();
        expect(stroke.to(scene, near, near.at(0), true)).toBe(true);
        expect(stroke.take()).toEqual([0]);
        stroke.to(scene, near, near.at(9), false);
        expect(new Set(stroke.take())).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
        expect(stroke.take()).toEqual([]);
    });

    test('that begins anew does not join the last one', () => {
        const near = sight(20);
        const stroke = new Stroke();
        stroke.to(scene, near, near.at(0), true);
        stroke.lift();
        stroke.to(scene, near, near.at(9), true);
        expect(new Set(stroke.take())).toEqual(new Set([0, 9]));
    });

    test('does not begin where seats are not drawn', () => {
        expect(new Stroke().to(scene, sight(3), { x: 0, y: 0 }, true)).toBe(false);
    });
});
