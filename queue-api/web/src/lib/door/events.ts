/** Events somebody may work at: staff and admins at all, organisers at their own. */

import { api, ok, type Schema } from '$lib/api/client';
import { clock } from '$lib/clock.svelte';
import type { User } from '$lib/session.svelte';

export type WorkEvent = Pick<
    Schema['EventItem'],
    'id' | 'title' | 'venue' | 'city' | 'time_zone' | 'starts_at'
>;

const DAY_MS = 86_400_000;
/** From the day before (it may last through the night) to a month ahead. */
const BACK_MS = DAY_MS;
const AHEAD_MS = 31 * DAY_MS;

export async function eventsToWorkAt(user: User): Promise<WorkEvent[]> {
    const now = clock.now();
    const query = {
        from: new Date(now - BACK_MS).toISOString(),
        to: new Date(now + AHEAD_MS).toISOString(),
        limit: 100,
        ...(user.role === 'organiser' ? { mine: true } : {}),
    };
    const page = await ok(api.GET('/api/events', { params: { query } }));
    return page.items.filter((event) => event.status === 'published');
}

/** Whether an event begins within half a day of now, or began within the last day. */
export function isToday(event: { starts_at: string }, nowMs: number): boolean {
    const ahead = Date.parse(event.starts_at) - nowMs;
    return ahead < DAY_MS / 2 && ahead > -BACK_MS;
}

export function maySeeDoors(user: User): boolean {
    return user.role !== 'fan';
}
