/** Keeps the states of an event's seats true: snapshot, deltas, and a new snapshot whenever something was missed. */

import { api } from '$lib/api/client';
import { asProblem, problemOf, type Problem } from '$lib/api/problem';
import { live, type LinkState, type Message } from '$lib/live';
import type { Delta, SeatStates } from './states';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 20_000;
/** While there is no socket the snapshot is asked for again and again. */
const POLL_MS = 10_000;

/** A snapshot as it was answered: two bits a seat, or lists where there are areas. */
export type Snapshot = {
    version: number;
    /** Names the geometry. */
    map?: string | null;
    /** Of the event: it grows when its map or its prices change. */
    event?: number;
} & ({ bits: Uint8Array } | { list: number[]; areas: [area: number, left: number][] });

export class LiveSeats {
    /** Grows with every change: what is read with it is read again. */
    revision = $state(0);
    link = $state<LinkState>('connecting');
    /** Why there is no snapshot yet. */
    trouble = $state.raw<Problem>();
    /** A first snapshot is there. */
    known = $state(false);
    /** The hash of the geometry, as it was named last; of one that is not drawn, when it was painted anew. */
    named = $state<string>();
    /** How often the event was said to be another than before: its map, its prices. */
    told = $state(0);
    #version = $state(0);
    readonly #event: string;
    readonly #states: SeatStates;
    readonly #fetch: (event: string, states: SeatStates) => Promise<Snapshot>;
    #missed: Delta[] | undefined;
    #again = false;
    #failures = 0;
    #stopped = false;
    #timer: ReturnType<typeof setTimeout> | undefined;

    constructor(event: string, states: SeatStates, fetchSnapshot = takeSnapshot) {
        [this.#event, this.#states, this.#fetch] = [event, states, fetchSnapshot];
    }

    /** Begins; ends when the function it returns is called. */
    start(): () => void {
        const ends = [
            this.#states.watch(() => this.revision++),
            live.subscribe(
                { to: 'seats', event: this.#event },
                (message) => this.hear(message),
                () => this.refresh(),
            ),
            live.watch((state) => {
                this.link = state;
                if (state === 'away') this.#later(POLL_MS);
            }),
        ];
        // Not waiting for the socket: what is known a moment earlier is shown a moment earlier.
        this.refresh();
        return () => {
            this.#stopped = true;
            clearTimeout(this.#timer);
            for (const end of ends) end();
        };
    }

    /** What the socket says. */
    hear(message: Message): void {
        if (message.type === 'resync') return this.refresh();
        if (message.type !== 'seats') return;
        const delta = message as unknown as Delta;
        if (delta.map) [this.named, this.told] = [delta.map, this.told + 1];
        // A snapshot is under way: it may be older than this.
        if (this.#missed) this.#missed.push(delta);
        else if (this.#states.apply(delta) === 'gap') this.refresh();
    }

    /** Takes the snapshot again; once more if asked while one is under way. */
    refresh(): void {
        if (this.#missed) this.#again = true;
        else void this.#take();
    }

    async #take(): Promise<void> {
        clearTimeout(this.#timer);
        const missed: Delta[] = (this.#missed = []);
        this.#again = false;
        try {
            const snapshot = await this.#fetch(this.#event, this.#states);
            if (this.#stopped) return;
            this.#accept(snapshot);
            const gap = missed.some((delta) => this.#states.apply(delta) === 'gap');
            this.#missed = undefined;
            [this.#failures, this.trouble, this.known] = [0, undefined, true];
            if (gap || this.#again) this.refresh();
            else if (this.link === 'away') this.#later(POLL_MS);
        } catch (error) {
            this.#missed = undefined;
            this.trouble = asProblem(error);
            // What does not exist will not come.
            if (this.trouble.status === 404) return;
            this.#later(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures++));
        }
    }

    /** The event is not what was read of it: it was said so, or a snapshot belongs to a later one. */
    isAhead({ version, seat_map }: { version: number; seat_map?: { hash: string } | null }): boolean {
        const { told, named } = this;
        return told > 0 || this.#version > version || (named !== undefined && named !== seat_map?.hash);
    }

    /** Something was answered that does not fit what is shown. */
    doubt(): void {
        this.told++;
    }

    #accept(snapshot: Snapshot): void {
        this.named = snapshot.map ?? this.named;
        const version = snapshot.event ?? 0;
        // The first one says what there is, all others what has changed.
        if (this.#version > 0 && version > this.#version) this.told++;
        this.#version = Math.max(this.#version, version);
        if ('bits' in snapshot) return this.#states.takeBits(snapshot.bits, snapshot.version);
        this.#states.takeList(snapshot.list, snapshot.version);
        this.#states.change([], snapshot.areas);
    }

    #later(ms: number): void {
        clearTimeout(this.#timer);
        if (!this.#stopped) this.#timer = setTimeout(() => this.refresh(), ms * (0.75 + Math.random() / 2));
    }
}

/** `GET /api/events/{event}/seats`; areas are told in JSON alone. */
async function takeSnapshot(event: string, { map: { areas } }: SeatStates): Promise<Snapshot> {
    const binary = areas.length === 0;
    const { data, error, response } = await api.GET('/api/events/{event}/seats', {
        params: { path: { event } },
        headers: { Accept: binary ? 'application/octet-stream' : 'application/json' },
        parseAs: binary ? 'arrayBuffer' : 'json',
    });
    if (!data) throw problemOf(response, error);
    const { headers } = response;
    const map = headers.get('Onsale-Seat-Map');
    const version = Number(headers.get('Onsale-Event-Version'));
    if (binary) {
        const bits = new Uint8Array(data as unknown as ArrayBuffer);
        return { map, event: version, version: Number(headers.get('Onsale-View-Version')), bits };
    }
    const view = data as unknown as {
        version: number;
        seats: number[];
        areas: { area: number; available: number }[];
    };
    const left = view.areas.map(({ area, available }): [number, number] => [area, available]);
    return { map, event: version, version: view.version, list: view.seats, areas: left };
}
