/** The typed client of the API. Sessions are cookies that scripts cannot read; one that has run out is renewed once. */

import createClient from 'openapi-fetch';
import { clock } from '$lib/clock.svelte';
import { Problem, problemOf } from './problem';
import type { components, paths } from './schema';

export type Schema = components['schemas'];

/** Tells the API that cookies, not tokens, carry the session. */
const WEB_CLIENT = { 'Onsale-Client': 'web' };

export const api = createClient<paths>({ baseUrl: '/', fetch: withSession, headers: WEB_CLIENT });

/** The data of a call, or its problem thrown: `await ok(api.GET('/api/me'))`. */
export async function ok<T>(
    call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<NonNullable<T>> {
    const { data, error, response } = await call;
    if (!response.ok) throw problemOf(response, error);
    return data as NonNullable<T>;
}

/** A key under which a call that creates something can be repeated safely (RFC 9562, version 4). */
export function idempotencyKey(): string {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Whether there may be a session: a hint, so that a stranger's first visit asks for nothing in vain. */
export const sessionHint = {
    key: 'onsale.session',
    get: () => localStorage.getItem(sessionHint.key) !== null,
    set: (there: boolean) =>
        there ? localStorage.setItem(sessionHint.key, '1') : localStorage.removeItem(sessionHint.key),
};

async function withSession(request: Request): Promise<Response> {
    const again = sessionHint.get() && !isAboutSessions(request) ? request.clone() : undefined;
    const response = await send(request);
    if (response.status !== 401 || !again || !(await renewSession())) return response;
    return send(again);
}

function isAboutSessions(request: Request): boolean {
    return /\/api\/auth\/(login|register|refresh|logout|guest)$/.test(new URL(request.url).pathname);
}

async function send(request: Request): Promise<Response> {
    const asked = Date.now();
    let response: Response;
    try {
        response = await fetch(request);
    } catch (error) {
        if (request.signal.aborted) throw error;
        throw new Problem('offline', 0, 'The server could not be reached.');
    }
    clock.observe(response.headers.get('Date'), asked, Date.now());
    return response;
}

let renewing: Promise<boolean> | undefined;

/** Renews the session; callers at the same time, other tabs included, share one renewal. */
export function renewSession(): Promise<boolean> {
    renewing ??= alone('onsale.renew', async (waited) => {
        // Another tab has just done it.
        if (waited && (await fetch('/api/me', { headers: WEB_CLIENT })).ok) return true;
        const response = await fetch('/api/auth/refresh', {
            method: 'POST',
            headers: { ...WEB_CLIENT, 'Content-Type': 'application/json' },
            body: '{}',
        });
        if (response.status === 401) sessionHint.set(false);
        return response.ok;
    })
        .catch(() => false)
        .finally(() => (renewing = undefined));
    return renewing;
}

async function alone<T>(name: string, work: (waited: boolean) => Promise<T>): Promise<T> {
    if (!('locks' in navigator)) return work(false);
    const asked = performance.now();
    return navigator.locks.request(name, () => work(performance.now() - asked > 20));
}
