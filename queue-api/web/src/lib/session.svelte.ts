/** Who is using this browser: nobody yet, a guest, or an account. The session itself is in cookies scripts cannot read. */

import { api, ok, sessionHint, type Schema } from '$lib/api/client';

export type User = Schema['User'];

class Session {
    /** The account; null when there is none; undefined until that is known. */
    user = $state<User | null>();
    #loading: Promise<User | null> | undefined;

    /** Finds out, once. */
    load(): Promise<User | null> {
        this.#loading ??= this.#find();
        return this.#loading;
    }

    /** Takes what a sign-in, a registration or a change of the profile answered. */
    accept(user: User): void {
        sessionHint.set(true);
        this.#loading = Promise.resolve(user);
        // The language of the screens is this browser's matter; the account's is that of its mails.
        this.user = user;
    }

    /** Somebody for sure: a guest is made when nobody is there. */
    async ensure(): Promise<User> {
        const user = await this.load();
        if (user) return user;
        const session = await ok(api.POST('/api/auth/guest'));
        this.accept(session.user);
        return session.user;
    }

    /** Ends the session, also when the server cannot be reached. */
    async end(): Promise<void> {
        await import('$lib/door/forget').then(({ forgetDoors }) => forgetDoors()).catch(() => undefined);
        await import('$lib/fan/offline').then(({ belongTo }) => belongTo(null)).catch(() => undefined);
        await import('$lib/fan/push').then(({ pushHereNoMore }) => pushHereNoMore()).catch(() => undefined);
        await api.POST('/api/auth/logout').catch(() => undefined);
        sessionHint.set(false);
        this.#loading = Promise.resolve(null);
        this.user = null;
    }

    async #find(): Promise<User | null> {
        if (!sessionHint.get()) return (this.user = null);
        try {
            const user = await ok(api.GET('/api/me'));
            this.accept(user);
            return user;
        } catch {
            // Not known: asked again with the next page.
            this.#loading = undefined;
            return (this.user = null);
        }
    }
}

export const session = new Session();
