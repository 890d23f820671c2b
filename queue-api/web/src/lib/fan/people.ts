/** Guests, accounts, and the way from one to the other. */

import { api, ok, sessionHint, type Schema } from '$lib/api/client';
import { problemOf } from '$lib/api/problem';
import { isLocale, locale, type Locale } from '$lib/i18n/locale.svelte';
import { session } from '$lib/session.svelte';

export type User = Schema['User'];

/** The language for mails: that of the screens, unless those are a test's. */
export function mailLocale(): { locale?: Locale } {
    const shown = locale();
    return isLocale(shown) ? { locale: shown } : {};
}

export interface Credentials {
    email: string;
    password: string;
}

/** Somebody who has not made an account. */
export function isGuest(user: User | null | undefined): boolean {
    return (user as { guest?: boolean } | null | undefined)?.guest === true;
}

/** Not too clever: whether it can be an address at all. */
export function looksLikeEmail(text: string): boolean {
    return /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(text.trim());
}

export const PASSWORD_LENGTH = 10;

export async function signIn(credentials: Credentials): Promise<User> {
    const { user } = await ok(api.POST('/api/auth/login', { body: credentials }));
    session.accept(user);
    return user;
}

/** Makes an account; a guest becomes it, with all bookings. */
export async function register(body: Schema['Registration']): Promise<User> {
    const { user } = await ok(api.POST('/api/auth/register', { body: { ...body, ...mailLocale() } }));
    session.accept(user);
    return user;
}

export async function changeProfile(
    body: Schema['ProfileChange'] & { email?: string; locale?: Locale },
): Promise<User> {
    const user = await ok(api.PATCH('/api/me', { body }));
    session.accept(user);
    return user;
}

/**
 * Signs in to another account without losing the session that is there to a wrong password: only when the password
 * is right, `before` is done with the old session, and the new one begins.
 */
export async function signInOver(credentials: Credentials, before: () => Promise<unknown>): Promise<User> {
    // Without our header the answer is tokens, and the session that is there stays.
    const response = await fetch('/api/auth/login', {
        method: 'POST',
        credentials: 'omit',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(credentials),
    });
    const answer = (await response.json().catch(() => undefined)) as { refresh_token: string } | undefined;
    if (!response.ok || !answer) throw problemOf(response, answer);
    await before();
    // With our header the token becomes cookies.
    const { refresh_token } = answer;
    const { user } = await ok(api.POST('/api/auth/refresh', { body: { refresh_token } }));
    sessionHint.set(true);
    session.accept(user);
    return user;
}
