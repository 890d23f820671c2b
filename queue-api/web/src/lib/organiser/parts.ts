/** The parts of a map that is being made, alike: sections, areas, landmarks. */

import type { Box } from '$lib/seat-map/box';
import type { SeatMap } from '$lib/seat-map/expand';
import { sectionOf } from '$lib/seat-map/names';
import type { SeatKind, Section } from '$lib/seat-map/document';
import { addArea, removeSection, type Draft } from './builder';
import { withKind, withoutSeatTier, withSeatTier } from './marks';
import { withRowTier } from './rows';

export type Kind = 'section' | 'area' | 'landmark';

export interface Part {
    kind: Kind;
    /** Among its kind. */
    index: number;
}

/** A price to choose. */
export interface TierChoice {
    value: number;
    label: string;
}

/** What is given to whatever edits a section. */
export interface SectionEditing {
    section: Section;
    /** `key` names what is typed in, so that one word is one step to undo. */
    onchange: (change: Partial<Section>, key: string) => void;
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
export function paintRows(draft: Draft, map: SeatMap, seats: readonly number[], tier: number): Draft {
    return inSections(draft, map, seats, (section, some) => {
        const firstRow = map.row[some.firstSeat] ?? 0;
        const rows = new Set(some.local.map((seat) => (map.row[some.firstSeat + seat] ?? 0) - firstRow));
        return withoutSeatTier(withRowTier(section, rows, tier), rows);
    });
}

/** Gives some seats a tier, whatever their rows have. */
export function paintSeats(draft: Draft, map: SeatMap, seats: readonly number[], tier: number): Draft {
    return inSections(draft, map, seats, (section, { local }) => withSeatTier(section, local, tier));
}

/** Makes some seats a kind, or ordinary. */
export function markSeats(
    draft: Draft,
    map: SeatMap,
    seats: readonly number[],
    kind: SeatKind | undefined,
): Draft {
    return inSections(draft, map, seats, (section, { local }) => withKind(section, local, kind));
}

/** Changes each section that has some of the seats, told by their place in it. No seat becomes another by that. */
function inSections(
    draft: Draft,
    map: SeatMap,
    seats: readonly number[],
    change: (section: Section, seats: { firstSeat: number; local: number[] }) => Section,
): Draft {
    const touched = new Map<number, number[]>();
    for (const seat of seats) {
        const section = sectionOf(map, seat);
        const local = seat - (map.sections[section]?.firstSeat ?? 0);
        const known = touched.get(section);
        if (known) known.push(local);
        else touched.set(section, [local]);
    }
    const sections = draft.sections.map((section, index) => {
        const local = touched.get(index);
        return local ? change(section, { firstSeat: map.sections[index]?.firstSeat ?? 0, local }) : section;
    });
    return { ...draft, sections };
}
