/** A booking as stages that follow one another. */

import type { Schema } from '$lib/api/client';

export type StageName = 'accepted' | 'paid' | 'issued' | 'mailed';
export type StageState = 'done' | 'now' | 'next' | 'failed';

export interface Stage {
    name: StageName;
    state: StageState;
}

type Known = Pick<Schema['BookingView'], 'status' | 'payment' | 'mail'>;

const NAMES: StageName[] = ['accepted', 'paid', 'issued', 'mailed'];

/** The first that is not done is under way, unless it has failed; what follows is to come. */
export function stagesOf({ status, payment, mail }: Known): Stage[] {
    const paid = payment === 'authorized' || payment === 'captured' || status === 'confirmed';
    const done = [true, paid, status === 'confirmed', mail === 'sent'];
    const failed = [false, false, status === 'rejected', mail === 'failed'];
    // Let go of again, but it was there.
    if (status === 'rejected') done[1] = true;
    const at = done.indexOf(false);
    return NAMES.map((name, index) => {
        if (failed[index]) return { name, state: 'failed' };
        if (at === -1 || index < at) return { name, state: 'done' };
        return { name, state: index === at ? 'now' : 'next' };
    });
}

/** Nothing more will happen by itself. */
export function settled({ status, mail, payment }: Known): boolean {
    if (status === 'processing') return false;
    if (status === 'cancelled') return payment === 'refunded';
    return status !== 'confirmed' || mail === 'sent' || mail === 'failed';
}
