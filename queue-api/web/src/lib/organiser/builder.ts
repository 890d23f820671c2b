/** Operations on a seat map that is being made. Each gives a new draft; blocked seats stay the same seats. */

import type { Schema } from '$lib/api/client';
import type { Section, Shape } from '$lib/seat-map/document';

export type Area = Schema['Area'];
export type Landmark = Schema['Landmark'];
export type RowRange = Schema['RowRange'];

/** A document and the seats of it that are not for sale. */
export interface Draft {
    sections: Section[];
    areas: Area[];
    landmarks: Landmark[];
    blocked: number[];
}

/** A row by itself. */
export interface Row {
    seats: number;
    tier: number;
}

export const EMPTY: Draft = { sections: [], areas: [], landmarks: [], blocked: [] };

/** Each row of some ranges. */
export function rowsOf(ranges: readonly RowRange[]): Row[] {
    return ranges.flatMap(({ count, seats, tier, widen_every: every = 0 }) =>
        Array.from({ length: count }, (_, row) => ({
            seats: seats + (every > 0 ? Math.floor(row / every) : 0),
            tier,
        })),
    );
}

/** The fewest ranges, taken greedily, that give these rows. */
export function rangesOf(rows: readonly Row[]): RowRange[] {
    const ranges: RowRange[] = [];
    for (let at = 0; at < rows.length;) {
        const first = rows[at]!;
        const same = lengthOf(rows, at, 0);
        // Where the row first grows tells how often it does.
        const widened = rows[at + same]?.seats === first.seats + 1 ? lengthOf(rows, at, same) : same;
        const count = Math.max(same, widened);
        const range: RowRange = { count, seats: first.seats, tier: first.tier };
        ranges.push(widened > same ? { ...range, widen_every: same } : range);
        at += count;
    }
    return ranges;
}

/** How many rows from `at` on are of one tier and widen every so many. */
function lengthOf(rows: readonly Row[], at: number, every: number): number {
    const { seats, tier } = rows[at]!;
    const fits = (row: Row, past: number) =>
        row.tier === tier && row.seats === seats + (every > 0 ? Math.floor(past / every) : 0);
    const end = rows.slice(at).findIndex((row, past) => !fits(row, past));
    return end < 0 ? rows.length - at : end;
}

export function seatsOf(section: Section): number {
    return rowsOf(section.rows).reduce((sum, row) => sum + row.seats, 0);
}

/** Everybody who finds room: seats that are not blocked, and standing places. */
export function capacityOf(draft: Draft): number {
    const seats = draft.sections.reduce((sum, section) => sum + seatsOf(section), 0);
    return seats - draft.blocked.length + draft.areas.reduce((sum, area) => sum + area.capacity, 0);
}

/** Tiers that seats or areas name, rising. */
export function tiersOf(draft: Draft): number[] {
    const named = [
        ...draft.sections.flatMap((section) => section.rows.map((row) => row.tier)),
        ...draft.areas.map((area) => area.tier),
    ];
    return [...new Set(named)].sort((a, b) => a - b);
}

/** Changes one section; blocked seats that it still has stay blocked. */
export function changeSection(draft: Draft, index: number, change: Partial<Section>): Draft {
    const sections = draft.sections.map((section, at) =>
        at === index ? { ...section, ...change } : section,
    );
    return withSections(draft, sections, (section) => section);
}

/** Adds a section behind the others. */
export function addSection(draft: Draft, section: Section): Draft {
    const name = freeName(draft, section.name);
    return { ...draft, sections: [...draft.sections, { ...section, name }] };
}

export function removeSection(draft: Draft, index: number): Draft {
    const sections = draft.sections.filter((_, at) => at !== index);
    return withSections(draft, sections, (at) => (at === index ? undefined : at > index ? at - 1 : at));
}

/** The same section once more, beside it, mirrored when `mirror` says so. */
export function copySection(draft: Draft, index: number, mirror: boolean): Draft {
    const section = draft.sections[index];
    if (!section) return draft;
    if (!mirror) return addSection(draft, { ...section, x_cm: section.x_cm + widthOf(section) + 300 });
    const widest = Math.max(...rowsOf(section.rows).map((row) => row.seats));
    const numbers = section.seat_numbers;
    return addSection(draft, {
        ...section,
        x_cm: -section.x_cm,
        rotation_mdeg: -(section.rotation_mdeg ?? 0),
        aisles: (section.aisles ?? []).map((after) => widest - after).reverse(),
        seat_numbers: { ...numbers, from: numbers?.from === 'right' ? 'left' : 'right' },
    });
}

/** Along the widest row, roughly. */
export function widthOf(section: Section): number {
    const widest = Math.max(1, ...rowsOf(section.rows).map((row) => row.seats));
    return widest * (section.seat_pitch_cm ?? 55) + (section.aisles?.length ?? 0) * 110;
}

/** Rows of seats get a tier: a row has one price. `rows` are positions in the section. */
export function paintRows(draft: Draft, index: number, rows: ReadonlySet<number>, tier: number): Draft {
    const section = draft.sections[index];
    if (!section) return draft;
    const painted = rowsOf(section.rows).map((row, at) => (rows.has(at) ? { ...row, tier } : row));
    return changeSection(draft, index, { rows: rangesOf(painted) });
}

/** Seats that become blocked, or are for sale again. */
export function setBlocked(draft: Draft, seats: Iterable<number>, blocked: boolean): Draft {
    const all = new Set(draft.blocked);
    for (const seat of seats) {
        if (blocked) all.add(seat);
        else all.delete(seat);
    }
    return { ...draft, blocked: [...all].sort((a, b) => a - b) };
}

export function changeArea(draft: Draft, index: number, change: Partial<Area>): Draft {
    return { ...draft, areas: draft.areas.map((area, at) => (at === index ? { ...area, ...change } : area)) };
}

export function addArea(draft: Draft, area: Area): Draft {
    return { ...draft, areas: [...draft.areas, { ...area, name: freeName(draft, area.name) }] };
}

export function changeLandmark(draft: Draft, index: number, change: Partial<Landmark>): Draft {
    const landmarks = draft.landmarks.map((mark, at) => (at === index ? { ...mark, ...change } : mark));
    return { ...draft, landmarks };
}

/** A name that nothing else on the map has. */
export function freeName(draft: Draft, wanted: string): string {
    const taken = new Set([...draft.sections, ...draft.areas].map(({ name }) => name));
    let name = wanted;
    for (let at = 2; taken.has(name); at++) name = `${wanted.replace(/ \d+$/, '')} ${at}`;
    return name;
}

/** The upright box of a shape; a polygon is moved and stretched with it. */
export function boxOfShape(shape: Shape): { x: number; y: number; width: number; height: number } {
    if (shape.kind === 'rectangle') {
        return { x: shape.x_cm, y: shape.y_cm, width: shape.width_cm, height: shape.height_cm };
    }
    const xs = shape.points_cm.map(([x = 0]) => x);
    const ys = shape.points_cm.map(([, y = 0]) => y);
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** The shape in another box. */
export function fitShape(shape: Shape, box: { x: number; y: number; width: number; height: number }): Shape {
    const [width, height] = [Math.max(1, Math.round(box.width)), Math.max(1, Math.round(box.height))];
    const [x, y] = [Math.round(box.x), Math.round(box.y)];
    if (shape.kind === 'rectangle') {
        return { kind: 'rectangle', x_cm: x, y_cm: y, width_cm: width, height_cm: height };
    }
    const old = boxOfShape(shape);
    const points_cm = shape.points_cm.map(([px = 0, py = 0]) => [
        Math.round(x + ((px - old.x) / Math.max(1, old.width)) * width),
        Math.round(y + ((py - old.y) / Math.max(1, old.height)) * height),
    ]);
    return { kind: 'polygon', points_cm };
}

/** New sections; `follow` says where each old one is now. Blocked seats are found again by section, row and column. */
function withSections(
    draft: Draft,
    sections: Section[],
    follow: (section: number) => number | undefined,
): Draft {
    const [before, after] = [startsOf(draft.sections), startsOf(sections)];
    const blocked = draft.blocked.flatMap((seat) => {
        const section = before.findLastIndex((rows) => (rows[0] ?? Infinity) <= seat);
        const rows = before[section] ?? [];
        const row = rows.findLastIndex((first) => first <= seat);
        const column = seat - (rows[row] ?? 0);
        const there = after[follow(section) ?? -1];
        const [first, next] = [there?.[row], there?.[row + 1]];
        return first !== undefined && next !== undefined && first + column < next ? [first + column] : [];
    });
    return { ...draft, sections, blocked };
}

/** The first seat of each row by section, and where the section ends. */
function startsOf(sections: readonly Section[]): number[][] {
    let seat = 0;
    return sections.map((section) => {
        const starts = rowsOf(section.rows).map((row) => (seat += row.seats) - row.seats);
        return [...starts, seat];
    });
}

/** What was done and can be undone. */
export interface History<T> {
    past: T[];
    now: T;
    future: T[];
}

const MOST_STEPS = 100;

export function did<T>(history: History<T>, next: T): History<T> {
    if (next === history.now) return history;
    return { past: [...history.past, history.now].slice(-MOST_STEPS), now: next, future: [] };
}

export function undone<T>(history: History<T>): History<T> {
    const before = history.past.at(-1);
    if (before === undefined) return history;
    return { past: history.past.slice(0, -1), now: before, future: [history.now, ...history.future] };
}

export function redone<T>(history: History<T>): History<T> {
    const [next, ...future] = history.future;
    if (next === undefined) return history;
    return { past: [...history.past, history.now], now: next, future };
}
