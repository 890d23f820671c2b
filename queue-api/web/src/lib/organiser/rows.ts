/** The rows of sections that are being made, whether they follow a rule or lie where a drawing has them. */

import type { RowRange, Section } from '$lib/seat-map/document';

/** A row by itself. */
export interface Row {
    seats: number;
    tier: number;
}

/** Each row of some ranges. */
export function rowsOf(ranges: readonly RowRange[]): Row[] {
    return ranges.flatMap(({ count, seats, tier, widen_every: every = 0 }) =>
        Array.from({ length: count }, (_, row) => ({
            seats: seats + (every > 0 ? Math.floor(row / every) : 0),
            tier,
        })),
    );
}

/** Whether the seats of a section lie where a drawing has them: they cannot be moved by rules. */
export function isPlaced(section: Section): boolean {
    return (section.placed?.length ?? 0) > 0;
}

/** Each row of a section. */
export function rowsIn(section: Section): Row[] {
    return isPlaced(section)
        ? (section.placed ?? []).map(({ x_cm, tier }) => ({ seats: x_cm.length, tier }))
        : rowsOf(section.rows);
}

export function widestOf(section: Section): number {
    return rowsIn(section).reduce((most, { seats }) => Math.max(most, seats), 1);
}

export function seatsOf(section: Section): number {
    return rowsIn(section).reduce((sum, row) => sum + row.seats, 0);
}

/** Seats before each row, and of all of them. */
export function startsIn(section: Section): number[] {
    let seat = 0;
    return [...rowsIn(section).map((row) => (seat += row.seats) - row.seats), seat];
}

/** Rows get a tier; those of a rule are cut into other ranges where the price changes. */
export function withRowTier(section: Section, rows: ReadonlySet<number>, tier: number): Section {
    if (isPlaced(section)) {
        const placed = section.placed?.map((row, at) => (rows.has(at) ? { ...row, tier } : row));
        return placed ? { ...section, placed } : section;
    }
    const painted = rowsIn(section).map((row, at) => (rows.has(at) ? { ...row, tier } : row));
    return { ...section, rows: rangesOf(painted) };
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
