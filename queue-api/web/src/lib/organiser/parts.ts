/** The parts of a map that is being made, alike: sections, areas, landmarks. */

import type { Box } from '$lib/seat-map/box';
import type { SeatMap } from '$lib/seat-map/expand';
import { addArea, paintRows, removeSection, type Draft } from './builder';

export type Kind = 'section' | 'area' | 'landmark';

export interface Part {
    kind: Kind;
    /** Among its kind. */
    index: number;
}

/** All parts, in the order in which they are listed. */
export function partsOf(draft: Draft): (Part & { name: string })[] {
    const all = (kind: Kind, list: readonly { name: string }[]) =>
        list.map(({ name }, index) => ({ kind, index, name }));
    return [
        ...all('section', draft.sections),
        ...all('area', draft.areas),
        ...all('landmark', draft.landmarks),
    ];
}

export function hasPart(draft: Draft, { kind, index }: Part): boolean {
    const list = { section: draft.sections, area: draft.areas, landmark: draft.landmarks }[kind];
    return index < list.length;
}

export function removePart(draft: Draft, { kind, index }: Part): Draft {
    if (kind === 'section') return removeSection(draft, index);
    const others = <T>(list: readonly T[]) => list.filter((_, at) => at !== index);
    if (kind === 'area') return { ...draft, areas: others(draft.areas) };
    return { ...draft, landmarks: others(draft.landmarks) };
}

/** The part that a fault of the API is about, such as `sections[2].rows`. */
export function partOfField(field: string): Part | undefined {
    const at = /^(section|area|landmark)s\[(\d+)\]/.exec(field);
    return at ? { kind: at[1] as Kind, index: Number(at[2]) } : undefined;
}

/** Where a new part goes: below everything that is there. */
export function below(draft: Draft, box: Box | undefined): number {
    return partsOf(draft).length > 0 && box ? Math.ceil(box.bottom / 50) * 50 + 150 : 300;
}

/** Adds a place to stand. */
export function addStanding(draft: Draft, name: string, tier: number, y_cm: number): Draft {
    const shape = { kind: 'rectangle', x_cm: -1000, y_cm, width_cm: 2000, height_cm: 600 } as const;
    return addArea(draft, { name, capacity: 300, tier, shape });
}

export function addLandmark(draft: Draft, name: string, y_cm: number): Draft {
    const shape = { kind: 'rectangle', x_cm: -300, y_cm, width_cm: 600, height_cm: 200 } as const;
    return { ...draft, landmarks: [...draft.landmarks, { name, shape }] };
}

/** Gives the rows of some seats a tier; `map` is the draft drawn. */
export function paintSeats(draft: Draft, map: SeatMap, seats: readonly number[], tier: number): Draft {
    const rows = new Map<number, Set<number>>();
    for (const seat of seats) {
        const row = map.row[seat] ?? 0;
        const section = map.rowSection[row] ?? 0;
        rows.set(section, (rows.get(section) ?? new Set()).add(map.rowPosition[row] ?? 0));
    }
    return [...rows].reduce((next, [section, some]) => paintRows(next, section, some, tier), draft);
}
