/** The catalogue as it is searched: the address says for what, the newest question alone is answered. */

import { api, ok, type Schema } from '$lib/api/client';
import { spanOf } from './when';

type Event = Schema['EventItem'];

const CATEGORIES = [
    'concert',
    'theatre',
    'sport',
    'comedy',
    'festival',
    'conference',
    'cinema',
    'other',
] as const;

export { CATEGORIES };

/** Full rows, be there one, two, three or four beside each other. */
const PAGE = 24;

/** What the address asks for. */
export function queryOf(search: URLSearchParams) {
    const text = (name: string) => search.get(name)?.trim() || undefined;
    const category = CATEGORIES.find((known) => known === search.get('category'));
    const span = spanOf(search.get('when'), search.get('from'), search.get('to'), new Date());
    const query = {
        q: text('q'),
        category,
        place: text('place'),
        from: span.from && span.from.getTime() > Date.now() ? span.from.toISOString() : undefined,
        to: span.to?.toISOString(),
    };
    return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as {
        [Key in keyof typeof query]?: NonNullable<(typeof query)[Key]>;
    };
}

export class CatalogueView {
    events = $state.raw<Event[]>([]);
    next = $state<string | null>(null);
    /** Whether an answer is there, of whatever question. */
    known = $state(false);
    busy = $state(false);
    error = $state.raw<unknown>();
    #asked: AbortController | undefined;
    #query: ReturnType<typeof queryOf> = {};

    /** Asks anew. What was asked before is not waited for. */
    async search(query: ReturnType<typeof queryOf>): Promise<void> {
        this.#query = query;
        await this.#ask(undefined, []);
    }

    async more(): Promise<void> {
        if (this.next) await this.#ask(this.next, this.events);
    }

    again(): Promise<void> {
        return this.search(this.#query);
    }

    async #ask(cursor: string | undefined, before: Event[]): Promise<void> {
        this.#asked?.abort();
        const asked = (this.#asked = new AbortController());
        this.busy = true;
        this.error = undefined;
        try {
            const query = { ...this.#query, limit: PAGE, ...(cursor && { cursor }) };
            const page = await ok(api.GET('/api/events', { params: { query }, signal: asked.signal }));
            if (asked.signal.aborted) return;
            this.events = [...before, ...page.items];
            this.next = page.next_cursor ?? null;
            this.known = true;
        } catch (error) {
            if (asked.signal.aborted) return;
            this.error = error;
        }
        this.busy = false;
    }
}
