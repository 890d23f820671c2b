/** When the time left is said aloud: at 5, 2, 1 minutes and 30 seconds. */
export const MILESTONES_MS = [300_000, 120_000, 60_000, 30_000] as const;

/** The milestone that was passed between two looks at the time left, ms; the last one if several were. */
export function crossed(before: number, now: number): number | undefined {
    return MILESTONES_MS.filter((milestone) => before > milestone && now <= milestone).at(-1);
}
