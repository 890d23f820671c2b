/** Printed tickets. */

import { ok } from '$lib/api/client';
import { save } from './save';

/** Fetched like every other call, so that a session that has run out is renewed on the way. */
export async function savePdf(
    call: Promise<{ data?: unknown; error?: unknown; response: Response }>,
    name: string,
): Promise<void> {
    save((await ok(call)) as Blob, name);
}
