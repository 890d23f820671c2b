/** Everything that is kept about a person, as they themselves may read it. */

import { api, ok } from '$lib/api/client';
import { save } from './save';

/** All pages of a list. */
async function all<T>(
    page: (cursor: string | undefined) => Promise<{ items: T[]; next_cursor?: string | null }>,
) {
    const found: T[] = [];
    let cursor: string | undefined;
    do {
        const { items, next_cursor } = await page(cursor);
        found.push(...items);
        cursor = next_cursor ?? undefined;
    } while (cursor);
    return found;
}

export async function saveMyData(): Promise<void> {
    const query = (cursor: string | undefined) => ({
        params: { query: { ...(cursor && { cursor }), limit: 100 } },
    });
    const data = {
        profile: await ok(api.GET('/api/me')),
        bookings: await all((cursor) => ok(api.GET('/api/bookings', query(cursor)))),
        tickets: await all((cursor) => ok(api.GET('/api/tickets', query(cursor)))),
    };
    save(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }), 'onsale-my-data.json');
}
