/** The typed client of the API. Sessions are cookies that scripts cannot read; one that has run out is renewed once. */

import type { Client } from 'openapi-fetch';
import { clock } from '$lib/clock.svelte';
import { locale } from '$lib/i18n/locale.svelte';
import { Problem, problemOf } from './problem';
import type { components, paths } from './schema';

export type Schema = components['schemas'];

/** Tells the API that cookies, not tokens, carry the session. */
const WEB_CLIENT = { 'Onsale-Client': 'web' };

type Values = Record<string, unknown>;

/** What a call may be told; its type for each path is openapi-fetch's, of which nothing else is loaded. */
interface Options {
    params?: { path?: Values; query?: Values; header?: Values };
    headers?: HeadersInit;
    /** Sent as JSON; a file as it is. */
    body?: unknown;
    /** How an answer that is a success is read. */
    parseAs?: 'json' | 'blob' | 'arrayBuffer';
    signal?: AbortSignal;
}

/** Calls by method: `api.GET('/api/events/{event}', { params: { path: { event } } })`. */
export const api = Object.fromEntries(
    ['GET', 'PUT', 'POST', 'DELETE', 'PATCH'].map((method) => [
        method,
        (path: string, options?: Options) => call(method, path, options),
    ]),
) as unknown as Pick<Client<paths>, 'GET' | 'PUT' | 'POST' | 'DELETE' | 'PATCH'>;

async function call(method: string, path: string, options: Options = {}) {
    const { params = {}, body, parseAs = 'json', signal } = options;
    const place = path.replace(/{(\w+)}/g, (_, name: string) =>
        encodeURIComponent(String(params.path?.[name])),
    );
    const query = Object.entries(params.query ?? {}).filter(([, value]) => value != null);
    const url = query.length > 0 ? `${place}?${new URLSearchParams(query as [string, string][])}` : place;
    const headers = new Headers({ ...WEB_CLIENT, ...(params.header as Record<string, string>) });
    // The screens' language, not the browser's: labels of seats are written in it.
    headers.set('Accept-Language', locale());
    if (body !== undefined) headers.set('Content-Type', 'application/json');
    new Headers(options.headers).forEach((value, name) => headers.set(name, value));
    const json = body !== undefined && !(body instanceof Blob);
    const init = { method, headers, body: (json ? JSON.stringify(body) : body) as BodyInit, signal };
    const response = await withSession(url, init as RequestInit);
    if (response.ok) return { data: await read(response, parseAs), response };
    return { error: jsonIn(await response.text()), response };
}

async function read(response: Response, parseAs: 'json' | 'blob' | 'arrayBuffer'): Promise<unknown> {
    if (parseAs !== 'json') return response[parseAs]();
    const text = await response.text();
    return text ? JSON.parse(text) : undefined;
}

/** What a proxy answers instead of the API may be anything. */
function jsonIn(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

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

async function withSession(url: string, init: RequestInit): Promise<Response> {
    const renewable = sessionHint.get() && !/^\/api\/auth\/(login|register|refresh|logout|guest)$/.test(url);
    const response = await send(url, init);
    if (response.status !== 401 || !renewable || !(await renewSession())) return response;
    return send(url, init);
}

async function send(url: string, init: RequestInit): Promise<Response> {
    const asked = Date.now();
    let response: Response;
    try {
        response = await fetch(url, init);
    } catch (error) {
        if (init.signal?.aborted) throw error;
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
