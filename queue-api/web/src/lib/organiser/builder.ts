/** Operations on a seat map that is being made. Each gives a new draft; blocked seats stay the same seats. */

import type { Schema } from '$lib/api/client';
import type { Background, RowRange, SeatMapDocument, Section, Shape } from '$lib/seat-map/document';
import { carried } from './marks';
import { isPlaced, rowsIn, seatsOf, startsIn, widestOf } from './rows';

export type Area = Schema['Area'];
export type Landmark = Schema['Landmark'];
export type { RowRange };

/** A document and the seats of it that are not for sale. */
export interface Draft {
    sections: Section[];
    areas: Area[];
    landmarks: Landmark[];
    blocked: number[];
    /** Decoration that came with a drawing. */
    background?: Background | null;
    /** Names the file with what the seats were called in the drawing; of those very seats, in that order. */
    identities?: string | null;
}

export const EMPTY: Draft = { sections: [], areas: [], landmarks: [], blocked: [] };

/** Everybody who finds room: seats that are not blocked, and standing places. */
export function capacityOf(draft: Draft): number {
    const seats = draft.sections.reduce((sum, section) => sum + seatsOf(section), 0);
    return seats - draft.blocked.length + draft.areas.reduce((sum, area) => sum + area.capacity, 0);
}

/** Tiers that seats or areas name, rising. */
export function tiersOf(draft: Draft): number[] {
    const named = [
        ...draft.sections.flatMap((section) => [
            ...rowsIn(section).map((row) => row.tier),
            ...(section.marks ?? []).map(({ tier }) => tier).filter((tier) => tier != null),
        ]),
        ...draft.areas.map((area) => area.tier),
    ];
    return [...new Set(named)].sort((a, b) => a - b);
}

/** A document that is worked on, with nothing blocked. */
export function draftOf(document: SeatMapDocument, blocked: number[] = []): Draft {
    const { sections = [], areas = [], landmarks = [], background, identities } = document;
    return {
        ...{ sections, areas, landmarks, blocked },
        ...(background ? { background } : {}),
        ...(identities ? { identities } : {}),
    };
}

/** What is drawn of a draft, without what is for sale of it. */
export function documentOf({ blocked: _, ...document }: Draft): SeatMapDocument {
    return document;
}

/** Changes one section; seats that it still has stay blocked and keep their marks. */
export function changeSection(draft: Draft, index: number, change: Partial<Section>): Draft {
    const changed = (section: Section) =>
        'rows' in change ? carried(section, { ...section, ...change }) : { ...section, ...change };
    return withSections(
        draft,
        draft.sections.map((section, at) => (at === index ? changed(section) : section)),
        (section) => section,
    );
}

/** Adds a section behind the others. */
export function addSection(draft: Draft, section: Section): Draft {
    const name = freeName(draft, section.name);
    return withSections(draft, [...draft.sections, { ...section, name }], (at) => at);
}

export function removeSection(draft: Draft, index: number): Draft {
    const sections = draft.sections.filter((_, at) => at !== index);
    return withSections(draft, sections, (at) => (at === index ? undefined : at > index ? at - 1 : at));
}

const MIRRORED = { left: 'right', right: 'left', aisle: 'aisle' } as const;

/** The same section once more, beside it, mirrored when `mirror` says so. */
export function copySection(draft: Draft, index: number, mirror: boolean): Draft {
    const section = draft.sections[index];
    if (!section) return draft;
    if (!mirror || isPlaced(section))
        return addSection(draft, { ...section, x_cm: section.x_cm + widthOf(section) + 300 });
    const widest = widestOf(section);
    const numbers = section.seat_numbers;
    const mirrored: Section = {
        ...section,
        x_cm: -section.x_cm,
        rotation_mdeg: -(section.rotation_mdeg ?? 0),
        aisles: (section.aisles ?? []).map((after) => widest - after).reverse(),
        seat_numbers: { ...numbers, from: MIRRORED[numbers?.from ?? 'left'] },
    };
    return addSection(
        draft,
        carried(section, mirrored, (column, seats) => seats - 1 - column),
    );
}

/** Along the widest row, roughly. */
export function widthOf(section: Section): number {
    return widestOf(section) * (section.seat_pitch_cm ?? 55) + (section.aisles?.length ?? 0) * 110;
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
    const { identities, ...rest } = draft;
    const sameSeats = JSON.stringify(before) === JSON.stringify(after);
    const blocked = draft.blocked.flatMap((seat) => {
        const section = before.findLastIndex((rows) => (rows[0] ?? Infinity) <= seat);
        const rows = before[section] ?? [];
        const row = rows.findLastIndex((first) => first <= seat);
        const column = seat - (rows[row] ?? 0);
        const there = after[follow(section) ?? -1];
        const [first, next] = [there?.[row], there?.[row + 1]];
        return first !== undefined && next !== undefined && first + column < next ? [first + column] : [];
    });
    return { ...rest, ...(identities && sameSeats ? { identities } : {}), sections, blocked };
}

/** The first seat of each row by section, and where the section ends. */
function startsOf(sections: readonly Section[]): number[][] {
    let seat = 0;
    return sections.map((section) => {
        const starts = startsIn(section).map((start) => start + seat);
        seat = starts.at(-1) ?? seat;
        return starts;
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
