/** Dates to search by: quick choices and days as people pick them, in the viewer's zone. */

export const WHENS = ['any', 'today', 'weekend', 'month', 'dates'] as const;
export type WhenChoice = (typeof WHENS)[number];

/** From inclusive, to exclusive. */
export interface Span {
    from?: Date;
    to?: Date;
}

function day(base: Date, plus: number): Date {
    return new Date(base.getFullYear(), base.getMonth(), base.getDate() + plus);
}

/** A day as `<input type="date">` writes it. */
function parsed(text: string | null): Date | undefined {
    const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? '');
    return parts ? new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])) : undefined;
}

/** The span of a choice; of chosen days the last one counts whole. */
export function spanOf(choice: string | null, from: string | null, to: string | null, now: Date): Span {
    // Sunday belongs to the weekend that began on Saturday.
    const weekday = (now.getDay() + 6) % 7;
    switch (choice) {
        case 'today':
            return { from: day(now, 0), to: day(now, 1) };
        case 'weekend':
            return { from: day(now, Math.max(0, 5 - weekday)), to: day(now, 7 - weekday) };
        case 'month':
            return { from: day(now, 0), to: day(now, 30) };
        case 'dates': {
            const [first, last] = [parsed(from), parsed(to)];
            return { ...(first && { from: first }), ...(last && { to: day(last, 1) }) };
        }
        default:
            return {};
    }
}
