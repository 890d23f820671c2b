/** What a door does with a code, decided from what it has on its own device, and what the server's answer changes. */

import type { Schema } from '$lib/api/client';
import type { TicketCode } from './code';

/** What the server says; `unknown`: not signed for this event, which a door alone cannot tell further. */
export type Outcome = Schema['ScanOutcome'] | 'unknown';
export type ScanResult = Schema['ScanResult'];
export type Tone = 'good' | 'warn' | 'bad';

/** A ticket as the door list has it. */
export interface ListedTicket {
    generation: number;
    status: string;
}

/** When and where somebody came in. */
export interface Entry {
    door: string;
    /** RFC 3339. */
    at: string;
}

export interface Judgement {
    outcome: Outcome;
    /** Of a ticket that was used before, where that is known. */
    used?: Entry | undefined;
}

/** What this door knows of a ticket. */
export interface Knowledge {
    /** Nothing: sold after the list was taken. */
    listed: ListedTicket | undefined;
    /** Let in by this device. */
    entered: Entry | undefined;
}

/** Decides about a code whose signature is good or not. A good one that the list does not name admits: it is new. */
export function judge(
    code: TicketCode | undefined,
    signed: boolean,
    { listed, entered }: Knowledge,
): Judgement {
    if (!code) return { outcome: 'forged' };
    if (!signed) return { outcome: 'unknown' };
    if (entered) return { outcome: 'already_used', used: entered };
    if (!listed) return { outcome: 'admitted' };
    if (listed.status === 'cancelled') return { outcome: 'cancelled' };
    if (listed.status === 'transferred') return { outcome: 'transferred' };
    if (code.generation < listed.generation) return { outcome: 'superseded' };
    return { outcome: listed.status === 'used' ? 'already_used' : 'admitted' };
}

/** Green, amber or red. */
export function toneOf(outcome: Outcome): Tone {
    if (outcome === 'admitted') return 'good';
    return outcome === 'already_used' || outcome === 'superseded' ? 'warn' : 'bad';
}

/** Whether the server knows better than what was done: somebody was let in who should not have been. */
export function isConflict(done: Outcome, told: Outcome): boolean {
    return done === 'admitted' && told !== 'admitted';
}

/** What to show once the server has answered. A device that let somebody in itself knows that best. */
export function settled(local: Judgement, told: ScanResult): Judgement {
    if (local.outcome === 'already_used' && told.outcome === 'admitted') return local;
    const used = told.admitted ? { door: told.admitted.door, at: told.admitted.scanned_at } : local.used;
    return { outcome: told.outcome, used };
}

/** The same code held before the camera is one scan, until it has been away for a while. */
export class Presence {
    #code = '';
    #seenAt = -Infinity;
    readonly #awayMs: number;

    constructor(awayMs = 2_500) {
        this.#awayMs = awayMs;
    }

    /** Whether a code that is seen at `nowMs` is a new scan. */
    isNew(code: string, nowMs: number): boolean {
        const fresh = code !== this.#code || nowMs - this.#seenAt > this.#awayMs;
        this.#code = code;
        this.#seenAt = nowMs;
        return fresh;
    }
}
