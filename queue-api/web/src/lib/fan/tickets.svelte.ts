/** The tickets of whoever is here, live, and from this device when there is no network. */

import { preloadCode } from '$app/navigation';
import { api, renewSession, type Schema } from '$lib/api/client';
import { problemOf } from '$lib/api/problem';
import { clock } from '$lib/clock.svelte';
import { session } from '$lib/session.svelte';
import { belongTo, KEPT_HEADER, keepForOffline, TICKETS_CACHE } from './offline';

export type Ticket = Schema['TicketView'];

/** After its beginning an event is still shown first for so long. */
const GOES_ON_MS = 6 * 3_600_000;
/** More pages than this nobody needs at a door. */
const MOST_PAGES = 10;

/** Upcoming ones soonest first, then those that are over, latest first; of one event by place. */
export function sorted(tickets: Ticket[], now: number): { upcoming: Ticket[]; past: Ticket[] } {
    const starts = (ticket: Ticket) => Date.parse(ticket.event.starts_at);
    const alive = (ticket: Ticket) =>
        starts(ticket) + GOES_ON_MS > now && (ticket.status === 'valid' || ticket.status === 'used');
    const byPlace = (a: Ticket, b: Ticket) =>
        a.admits_to.localeCompare(b.admits_to, undefined, { numeric: true }) || a.id.localeCompare(b.id);
    const upcoming = tickets.filter(alive).sort((a, b) => starts(a) - starts(b) || byPlace(a, b));
    const past = tickets
        .filter((ticket) => !alive(ticket))
        .sort((a, b) => starts(b) - starts(a) || byPlace(a, b));
    return { upcoming, past };
}

class Wallet {
    tickets = $state.raw<Ticket[]>();
    /** Out of this device: when it was taken. */
    kept = $state<string | null>(null);
    error = $state.raw<unknown>();
    #listeners = 0;
    #leave: (() => void) | undefined;

    /** Shows the tickets and follows them until the function it returns is called. */
    follow(): () => void {
        this.#listeners += 1;
        const look = () => void this.look();
        look();
        void import('$lib/live').then(({ live }) => {
            if (this.#listeners > 0) this.#leave ??= live.subscribe({ to: 'bookings' }, look, look);
        });
        window.addEventListener('online', look);
        return () => {
            window.removeEventListener('online', look);
            this.#listeners -= 1;
            if (this.#listeners > 0) return;
            this.#leave?.();
            this.#leave = undefined;
        };
    }

    async look(): Promise<void> {
        try {
            const user = await session.load();
            if (user) await belongTo(user.id);
            const found = await this.#pages();
            this.tickets = found;
            this.error = undefined;
            if (!this.kept) await this.#prepare(found);
        } catch (error) {
            this.error = error;
        }
    }

    async #pages(): Promise<Ticket[]> {
        let found: Ticket[] = [];
        let cursor: string | null | undefined;
        this.kept = null;
        for (let page = 0; page < MOST_PAGES; page += 1) {
            const query = { ...(cursor && { cursor }), limit: 100 };
            const { data, error, response } = await api.GET('/api/tickets', { params: { query } });
            if (!data) throw problemOf(response, error);
            this.kept ??= response.headers.get(KEPT_HEADER);
            found = [...found, ...data.items];
            cursor = data.next_cursor;
            if (!cursor) break;
        }
        return found;
    }

    /** Everything that a door may ask for is fetched while there is a network. */
    async #prepare(tickets: Ticket[]): Promise<void> {
        if (!('serviceWorker' in navigator) || !('caches' in globalThis)) return;
        // Both pages of tickets are kept, whichever was opened first.
        await Promise.all(['/tickets', '/tickets/any'].map(preloadCode)).catch(() => undefined);
        await keepForOffline().catch(() => undefined);
        // On the very first visit the list came before there was anybody to keep it.
        if (!(await caches.has(TICKETS_CACHE))) await this.#pages().catch(() => undefined);
        const { upcoming } = sorted(tickets, clock.now());
        for (const { id, status } of upcoming) {
            if (status === 'valid') await fetch(qrOf(id)).catch(() => undefined);
        }
    }

    /** A picture did not come: the session may have run out. */
    renew(): Promise<boolean> {
        return renewSession();
    }
}

export function qrOf(ticket: string): string {
    return `/api/tickets/${ticket}/qr.svg`;
}

export const wallet = new Wallet();
