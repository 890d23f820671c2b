/** The order in which scans are told to the server, and when to try again. */

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** Something that waits to be sent. */
export interface Waiting {
    id: string;
    ticket: string | undefined;
}

/** How long to wait after so many failures in a row. */
export function backoffMs(failures: number, random: () => number = Math.random): number {
    const span = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1));
    return span * (0.5 + random() / 2);
}

/** Whether a scan may overtake those that wait: never another one of the same ticket, or the second would count first. */
export function mayOvertake(scan: Waiting, waiting: readonly Waiting[]): boolean {
    return scan.ticket === undefined || !waiting.some((other) => other.ticket === scan.ticket);
}

/** What to do with a scan after the server refused it. */
export type Refusal = 'again' | 'sign-in' | 'given-up';

/** By the HTTP status; 0: no answer. */
export function refusalOf(status: number): Refusal {
    if (status === 401) return 'sign-in';
    if (status === 0 || status === 408 || status === 429 || status >= 500) return 'again';
    return 'given-up';
}
