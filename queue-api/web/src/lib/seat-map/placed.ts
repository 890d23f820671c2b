/** Seats that lie where a drawing has them: how far apart they are, and what is around them. */

import { contains, type Point } from './box';
import { SEAT_PITCH_CM, type PlacedRow, type SeatMapDocument, type Section } from './document';
import { expand, type Lie, type SeatMap } from './expand';
import { SeatGrid } from './grid';

/** Seats that are asked for their neighbour, and the share of them that may be closer than the pitch says. */
const [SAMPLES, ODD_SHARE] = [100, 0.1];
/** Seats are not taken for closer than this, whatever a drawing says. */
const LEAST_PITCH_CM = 10;
/** The outline runs so many pitches outside the seats. */
const MARGIN = 0.8;
/** Corners along a front or a back. */
const MOST_CORNERS = 24;

type Vector = [x: number, y: number];

/** Expands any document. */
export function expandDrawn(document: SeatMapDocument): SeatMap {
    return expand(document, placeDrawn);
}

/** Fills in where the seats of a section lie, from its first on. */
export function placeDrawn(map: SeatMap, section: Section, rows: PlacedRow[], firstSeat: number): Lie {
    let seat = firstSeat;
    const ends = rows.map((row): [first: number, last: number] => {
        let [x, y] = [section.x_cm, section.y_cm];
        const first = seat;
        for (let at = 0; at < row.x_cm.length; at++, seat++) {
            map.x[seat] = x += row.x_cm[at]!;
            map.y[seat] = y += row.y_cm[at] ?? 0;
        }
        return [first - firstSeat, seat - 1 - firstSeat];
    });
    const [x, y] = [map.x.subarray(firstSeat, seat), map.y.subarray(firstSeat, seat)];
    const at = (index: number): Vector => [x[index] ?? 0, y[index] ?? 0];
    const pitch = pitchOf(x, y);
    const outline = alongRows(at, ends, pitch * MARGIN) ?? around(x, y, pitch * MARGIN);
    return { outline, middle: middleOf(x, y, outline), pitch, room: pitch };
}

/** What nearly all seats keep from their nearest neighbour. */
function pitchOf(x: Float32Array, y: Float32Array): number {
    const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    for (let seat = 0; seat < x.length; seat++) {
        box.left = Math.min(box.left, x[seat]!);
        box.right = Math.max(box.right, x[seat]!);
        box.top = Math.min(box.top, y[seat]!);
        box.bottom = Math.max(box.bottom, y[seat]!);
    }
    const grid = new SeatGrid(x, y, box);
    const extent = Math.max(box.right - box.left, box.bottom - box.top);
    const step = Math.max(1, Math.floor(x.length / SAMPLES));
    const distances: number[] = [];
    for (let seat = 0; seat < x.length; seat += step) {
        for (let reach = 2 * SEAT_PITCH_CM; ; reach *= 4) {
            const other = grid.nearest({ x: x[seat]!, y: y[seat]! }, reach, (one) => one !== seat);
            if (other !== undefined) distances.push(Math.hypot(x[other]! - x[seat]!, y[other]! - y[seat]!));
            if (other !== undefined || reach > extent) break;
        }
    }
    distances.sort((a, b) => a - b);
    return Math.max(LEAST_PITCH_CM, distances[Math.floor(distances.length * ODD_SHARE)] ?? SEAT_PITCH_CM);
}

/** Along the front, down the right ends, back along the last row, up the left ends; nothing if that is not around all. */
function alongRows(
    at: (seat: number) => Vector,
    rows: [first: number, last: number][],
    margin: number,
): Float32Array | undefined {
    const [front, back] = [rows[0], rows.at(-1)];
    // One row may be a table: then it is in no order.
    if (!front || !back || rows.length < 2 || rows.some(([first, last]) => first === last)) return undefined;
    const out = (seat: number, [first, last]: [number, number], [along, aside]: Vector): Vector => {
        const [[ax, ay], [bx, by]] = [at(Math.max(first, seat - 1)), at(Math.min(last, seat + 1))];
        const length = Math.hypot(bx - ax, by - ay) || 1;
        const [dx, dy] = [((bx - ax) / length) * margin, ((by - ay) / length) * margin];
        const [x, y] = at(seat);
        return [x + dx * along - dy * aside, y + dy * along + dx * aside];
    };
    const edge = ([first, last]: [number, number], aside: number): Vector[] => {
        const steps = Math.min(MOST_CORNERS, last - first);
        const seats = Array.from({ length: steps + 1 }, (_, step) =>
            Math.round(first + ((last - first) * step) / steps),
        );
        return seats.map((seat) =>
            out(seat, [first, last], [seat === first ? -1 : seat === last ? 1 : 0, aside]),
        );
    };
    const behind = rearward(at, rows);
    const inner = rows.slice(1, -1);
    const right = inner.map((row) => out(row[1], row, [1, 0]));
    const left = inner.map((row) => out(row[0], row, [-1, 0]));
    const outline = Float32Array.from(
        [...edge(front, -behind), ...right, ...edge(back, behind).reverse(), ...left.reverse()].flat(),
    );
    const holds = (seat: number) => contains(outline, { x: at(seat)[0], y: at(seat)[1] });
    // The ends are within it by how it is made.
    const whole = rows.every(([first, last]) =>
        [0.3, 0.7].every((share) => holds(Math.round(first + (last - first) * share))),
    );
    return whole ? outline : undefined;
}

/** 1: rows behind lie to the right of who walks along the front; -1: to the left. */
function rearward(at: (seat: number) => Vector, rows: [first: number, last: number][]): 1 | -1 {
    const [front, next] = [rows[0]!, rows[1] ?? rows[0]!];
    const middle = ([first, last]: [number, number]) => Math.floor((first + last) / 2);
    const [x, y] = at(middle(front));
    const [fx, fy] = at(Math.min(front[1], middle(front) + 1));
    const [nx, ny] = at(middle(next));
    return (fx - x) * (ny - y) - (fy - y) * (nx - x) < 0 ? -1 : 1;
}

/** The convex hull, with a margin. */
function around(x: Float32Array, y: Float32Array, margin: number): Float32Array {
    const hull = hullOf(Array.from(x, (left, at): Vector => [left, y[at]!]));
    const wider = hull.flatMap(([px, py]) =>
        Array.from({ length: 8 }, (_, step): Vector => {
            const angle = (step * Math.PI) / 4;
            return [px + margin * Math.cos(angle), py + margin * Math.sin(angle)];
        }),
    );
    return Float32Array.from(hullOf(wider).flat());
}

/** The corners of the smallest convex shape around points (the monotone chain of Andrew). */
function hullOf(points: Vector[]): Vector[] {
    const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const half = (along: Vector[]) => {
        const chain: Vector[] = [];
        for (const point of along) {
            while (chain.length > 1 && turn(chain.at(-2)!, chain.at(-1)!, point) <= 0) chain.pop();
            chain.push(point);
        }
        return chain.length > 1 ? chain.slice(0, -1) : chain;
    };
    const [lower, upper] = [half(sorted), half(sorted.reverse())];
    return sorted.length > 1 ? [...lower, ...upper] : lower;
}

function turn(a: Vector, b: Vector, c: Vector): number {
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/** Where a section says its name: amid its seats, and if nothing is there, on the seat in the middle. */
function middleOf(x: Float32Array, y: Float32Array, outline: Float32Array): Point {
    const mean = (values: Float32Array) =>
        values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    const middle = { x: mean(x), y: mean(y) };
    if (contains(outline, middle)) return middle;
    const seat = Math.floor(x.length / 2);
    return { x: x[seat] ?? 0, y: y[seat] ?? 0 };
}
