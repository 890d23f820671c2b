/** Maps as the server keeps them. */

import { api, ok } from '$lib/api/client';
import { expandAny, type SeatMap } from './expand';

/** A map by its hash. */
export async function geometry(hash: string): Promise<SeatMap> {
    return expandAny(await ok(api.GET('/api/seat-maps/{hash}', { params: { path: { hash } } })));
}
