/** What is known of the payment of a hold, kept over reloads: a repeated press is the same request. */

import { idempotencyKey } from '$lib/api/client';

export interface Attempt {
    /** Goes with the request as long as its answer is not known. */
    key: string;
    /** The id the booking will have. */
    booking: string;
}

const name = (hold: string) => `onsale.pay.${hold}`;

export function attemptOf(hold: string): Attempt | null {
    return JSON.parse(sessionStorage.getItem(name(hold)) ?? 'null') as Attempt | null;
}

/** Begins, or begins anew after an answer that was final: another card is another request. */
export function freshAttempt(hold: string, booking: string): Attempt {
    const attempt = { key: idempotencyKey(), booking };
    sessionStorage.setItem(name(hold), JSON.stringify(attempt));
    return attempt;
}

export function endAttempt(hold: string): void {
    sessionStorage.removeItem(name(hold));
}
