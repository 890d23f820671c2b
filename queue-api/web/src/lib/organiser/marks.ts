/** What single seats of a section have that their rows have not: another price, or a kind. */

import { KINDS, type Mark, type SeatKind, type Section } from '$lib/seat-map/document';
import { rowsIn, seatsOf, startsIn } from './rows';

/** By seat of the section. */
interface Differences {
    tier: (number | undefined)[];
    kind: (SeatKind | undefined)[];
}

function differencesIn(section: Section): Differences {
    const seats = seatsOf(section);
    const all: Differences = {
        tier: new Array<undefined>(seats).fill(undefined),
        kind: new Array<undefined>(seats).fill(undefined),
    };
    for (const { seats: ranges, tier, kind } of section.marks ?? []) {
        for (const [first = 0, last = first] of ranges) {
            if (tier != null) all.tier.fill(tier, first, last + 1);
            if (kind) all.kind.fill(kind, first, last + 1);
        }
    }
    return all;
}

/** Seats of the section in a tier of their own; those whose row has it anyway need no mark. */
export function withSeatTier(section: Section, seats: Iterable<number>, tier: number): Section {
    const all = differencesIn(section);
    const rows = rowsIn(section);
    const ofSeat = rows.flatMap((row) => new Array<number>(row.seats).fill(row.tier));
    for (const seat of seats) all.tier[seat] = ofSeat[seat] === tier ? undefined : tier;
    return withMarks(section, all);
}

/** Whole rows have one price again. */
export function withoutSeatTier(section: Section, rows: ReadonlySet<number>): Section {
    if (!section.marks?.some(({ tier }) => tier != null)) return section;
    const all = differencesIn(section);
    const starts = startsIn(section);
    for (const row of rows) all.tier.fill(undefined, starts[row], starts[row + 1]);
    return withMarks(section, all);
}

/** Seats become of a kind, or ordinary again. */
export function withKind(section: Section, seats: Iterable<number>, kind: SeatKind | undefined): Section {
    const all = differencesIn(section);
    for (const seat of seats) all.kind[seat] = kind;
    return withMarks(section, all);
}

/** The marks of a section whose rows have changed: each seat keeps its own, as far as it is still there. `follow`: its new column. */
export function carried(
    before: Section,
    after: Section,
    follow: (column: number, seats: number) => number = (column) => column,
): Section {
    if (!before.marks?.length) return after;
    const [old, all] = [differencesIn(before), differencesIn({ ...after, marks: [] })];
    const [from, to] = [startsIn(before), startsIn(after)];
    for (let row = 0; row + 1 < Math.min(from.length, to.length); row++) {
        const [first, there] = [from[row]!, to[row]!];
        const seats = Math.min(from[row + 1]! - first, to[row + 1]! - there);
        for (let column = 0; column < seats; column++) {
            const now = there + follow(column, seats);
            all.tier[now] = old.tier[first + column];
            all.kind[now] = old.kind[first + column];
        }
    }
    return withMarks(after, all);
}

function withMarks(section: Section, { tier, kind }: Differences): Section {
    const tiers = [...new Set(tier)].filter((one) => one !== undefined).sort((a, b) => a - b);
    const marks: Mark[] = [
        ...tiers.map((one) => ({ seats: rangesWith(tier, one), tier: one })),
        ...KINDS.filter((one) => one !== undefined && kind.includes(one)).map((one) => ({
            seats: rangesWith(kind, one),
            kind: one!,
        })),
    ];
    const { marks: _, ...rest } = section;
    return marks.length > 0 ? { ...rest, marks } : rest;
}

/** First and last of each run of a value. */
function rangesWith<T>(values: readonly T[], wanted: T): number[][] {
    const ranges: number[][] = [];
    values.forEach((value, at) => {
        if (value !== wanted) return;
        const last = ranges.at(-1);
        if (last && last[1] === at - 1) last[1] = at;
        else ranges.push([at, at]);
    });
    return ranges;
}
