/** The living hold of an event, remembered by this browser: one who comes back is told of it. */

import { api, sessionHint, type Schema } from '$lib/api/client';

export type Hold = Schema['HoldView'];

const key = (event: string) => `onsale.hold.${event}`;

export function rememberHold(event: string, hold: string): void {
    localStorage.setItem(key(event), hold);
}

export function forgetHold(event: string): void {
    localStorage.removeItem(key(event));
}

/** The hold, if it lives and is not being paid for. */
export async function findHold(event: string): Promise<Hold | undefined> {
    const hold = localStorage.getItem(key(event));
    if (hold === null || !sessionHint.get()) return undefined;
    const { data, response } = await api.GET('/api/holds/{hold}', { params: { path: { hold } } });
    if (response.status === 404) forgetHold(event);
    return data && !data.booked ? data : undefined;
}
