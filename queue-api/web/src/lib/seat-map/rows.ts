/** Where the seats of rows that follow a rule lie: straight or curved, turned, with aisles. */

import type { Point } from './box';
import { AISLE_WIDTH_CM, ROW_PITCH_CM, SEAT_PITCH_CM, type Section } from './document';
import type { Lie, SeatMap } from './expand';

/** Steps in which a curved edge is drawn. */
const ARC_STEPS = 12;

/** Where a point of a section lies: `along` its row from the middle, `row` rows behind the front. */
type Place = (along: number, row: number) => Point;

function placer(section: Section): Place {
    const rowPitch = section.row_pitch_cm ?? ROW_PITCH_CM;
    const front = section.curve_radius_cm ?? null;
    const turn = ((section.rotation_mdeg ?? 0) / 1000) * (Math.PI / 180);
    const [sin, cos] = [Math.sin(turn), Math.cos(turn)];
    return (along, row) => {
        let u = along;
        let v = row * rowPitch;
        if (front !== null) {
            const radius = front + v;
            u = radius * Math.sin(along / radius);
            v = radius * Math.cos(along / radius) - front;
        }
        return { x: section.x_cm + u * cos - v * sin, y: section.y_cm + u * sin + v * cos };
    };
}

/** Distance of each column from the first seat of its row. */
function columns(section: Section, widest: number): Float64Array {
    const pitch = section.seat_pitch_cm ?? SEAT_PITCH_CM;
    const aisles = section.aisles ?? [];
    return Float64Array.from({ length: widest }, (_, column) => {
        const passed = aisles.filter((after) => after <= column).length;
        return column * pitch + passed * AISLE_WIDTH_CM;
    });
}

/** Fills in where the seats of a section lie, from its first on; `lengths` are the seats of each row. */
export function placeRows(map: SeatMap, section: Section, lengths: number[], firstSeat: number): Lie {
    const place = placer(section);
    const along = columns(section, Math.max(1, ...lengths));
    const widths = lengths.map((seats) => along[Math.max(0, seats - 1)] ?? 0);
    let seat = firstSeat;
    lengths.forEach((seats, position) => {
        for (let column = 0; column < seats; column++, seat++) {
            const point = place((along[column] ?? 0) - (widths[position] ?? 0) / 2, position);
            map.x[seat] = point.x;
            map.y[seat] = point.y;
        }
    });
    const pitch = section.seat_pitch_cm ?? SEAT_PITCH_CM;
    return {
        outline: outlineOf(place, widths, pitch, section.curve_radius_cm != null),
        middle: place(0, (lengths.length - 1) / 2),
        pitch,
        room: Math.min(pitch, section.row_pitch_cm ?? ROW_PITCH_CM),
    };
}

/** Along the front, down the right ends of the rows, back along the last row, up the left ends. */
function outlineOf(place: Place, lengths: number[], pitch: number, curved: boolean): Float32Array {
    const points: number[] = [];
    const add = (along: number, row: number) => {
        const { x, y } = place(along, row);
        points.push(x, y);
    };
    const last = lengths.length - 1;
    const half = (row: number) =>
        (lengths[Math.min(last, Math.max(0, Math.round(row)))] ?? 0) / 2 + pitch * 0.8;
    const side = sideOf(lengths.map((_, row) => half(row)));
    const edge = (row: number, at: number, direction: 1 | -1) => {
        const steps = curved ? ARC_STEPS : 1;
        for (let step = 0; step <= steps; step++) add(direction * half(row) * ((2 * step) / steps - 1), at);
    };
    edge(0, -0.6, 1);
    for (const row of side) add(half(row), row);
    edge(last, last + 0.6, -1);
    for (const row of side.reverse()) add(-half(row), row);
    return Float32Array.from(points);
}

/** The rows between the first and the last at which the straightest side around all rows bends. */
function sideOf(halves: number[]): number[] {
    const bends: number[] = [];
    const turns = (a: number, b: number, c: number) =>
        (b - a) * (halves[c]! - halves[a]!) - (c - a) * (halves[b]! - halves[a]!) >= 0;
    halves.forEach((_, row) => {
        while (bends.length > 1 && turns(bends.at(-2)!, bends.at(-1)!, row)) bends.pop();
        bends.push(row);
    });
    return bends.slice(1, -1);
}
