/** Paying a hold: one press, at most one charge, whatever becomes of the answers. */

import { api, ok } from '$lib/api/client';
import { asProblem, type Problem } from '$lib/api/problem';
import { attemptOf, endAttempt, freshAttempt, type Attempt } from './attempt';

/** So often a request that is under way is asked for. */
const LOOKS = 20;
const DEFAULT_WAIT_S = 1;

/** What a failed attempt asks for. */
export type Next =
    /** The booking may be there. */
    | 'look'
    /** The first request with this key has not ended. */
    | 'wait'
    /** The key belongs to another request. */
    | 'renew'
    /** Decided: nothing was booked. Another card is another request. */
    | 'tell';

export function nextAfter(problem: Pick<Problem, 'kind' | 'status'>): Next {
    switch (problem.kind) {
        case 'request-under-way':
            return 'wait';
        case 'idempotency-key-reused':
            return 'renew';
        case 'payment-declined':
        case 'invalid':
            return 'tell';
        default:
            // No answer, a fault of the server, or one that does not exclude a booking.
            return 'look';
    }
}

/** The booking with this id, when it was accepted. */
async function find(booking: string): Promise<string | undefined> {
    const { data } = await api.GET('/api/bookings/{booking}', { params: { path: { booking } } });
    return data?.id;
}

async function ask(hold: string, number: string, attempt: Attempt): Promise<string> {
    const body = { hold, payment_method: { type: 'sandbox_card' as const, number } };
    const headers = { 'Idempotency-Key': attempt.key };
    return (await ok(api.POST('/api/bookings', { body, headers }))).id;
}

/** The id of the booking that came of it. Throws the problem when there is none. */
export async function pay(hold: string, booking: string, number: string): Promise<string> {
    let attempt = attemptOf(hold) ?? freshAttempt(hold, booking);
    for (let look = 0; ; look += 1) {
        try {
            const made = await ask(hold, number, attempt);
            endAttempt(hold);
            return made;
        } catch (error) {
            const problem = asProblem(error);
            const next = look < LOOKS ? nextAfter(problem) : 'look';
            if (next === 'look') {
                const found = await find(booking).catch(() => undefined);
                if (found) return found;
                throw problem;
            }
            if (next === 'wait') await pause(problem.retryAfter ?? DEFAULT_WAIT_S);
            else attempt = freshAttempt(hold, booking);
            if (next === 'tell') throw problem;
        }
    }
}

function pause(seconds: number): Promise<void> {
    return new Promise((resume) => setTimeout(resume, seconds * 1000));
}
