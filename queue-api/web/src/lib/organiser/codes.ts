/** Calls about the codes of an event. */

import { api, ok, type Schema } from '$lib/api/client';

export type CodeGroup = Schema['CodeGroup'];
export type CodeItem = Schema['CodeItem'];
export type MadeCodes = Schema['MadeCodes'];

const of = (event: string) => ({ params: { path: { event } } });

export function groupsOf(event: string): Promise<CodeGroup[]> {
    return ok(api.GET('/api/events/{event}/access-codes/labels', of(event)));
}

export function codesOf(event: string, label: string, cursor?: string | null): Promise<Schema['CodePage']> {
    const query = { label, ...(cursor ? { cursor } : {}) };
    return ok(api.GET('/api/events/{event}/access-codes', { params: { path: { event }, query } }));
}

export function makeCodes(event: string, body: Schema['MakeCodes']): Promise<MadeCodes> {
    return ok(api.POST('/api/events/{event}/access-codes', { ...of(event), body }));
}

export async function withdrawCode(event: string, code: string): Promise<void> {
    const params = { path: { event, code } };
    await ok(api.DELETE('/api/events/{event}/access-codes/{code}', { params }));
}

export async function withdrawLabel(event: string, label: string): Promise<void> {
    await ok(api.POST('/api/events/{event}/access-codes/withdraw', { ...of(event), body: { label } }));
}

/** Where the browser downloads the codes of an event, or of one label. */
export function codesAddress(event: string, label?: string): string {
    const query = label === undefined ? '' : `?label=${encodeURIComponent(label)}`;
    return `/api/events/${event}/access-codes.csv${query}`;
}

/** The link that brings a code along to the waiting room. */
export function codeLink(event: string, code: string): string {
    return `${location.origin}/events/${event}/waiting-room?code=${encodeURIComponent(code)}`;
}
