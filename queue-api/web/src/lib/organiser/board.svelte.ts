/** A sale as it goes: asked for every two seconds while somebody looks, and told by the socket in between. */

import type { EventDetail } from '$lib/api/events';
import { asProblem, type Problem } from '$lib/api/problem';
import { live, type LinkState, type Message } from '$lib/live';
import { historyOf, salesOf, type RoomReport, type SalesMinute, type SalesReport } from './api';
import { LiveMap } from './live-map.svelte';

const ASK_EVERY_MS = 2_000;
const HISTORY_EVERY_MS = 15_000;

export class Board {
    readonly event: string;
    report = $state.raw<SalesReport>();
    minutes = $state.raw<SalesMinute[]>([]);
    readonly house = new LiveMap();
    problem = $state.raw<Problem>();
    link = $state<LinkState>('connecting');
    #stops: (() => void)[] = [];
    #asking: AbortController | undefined;

    constructor(event: string) {
        this.event = event;
    }

    open(shown: EventDetail): void {
        const { event } = this;
        const every = (ms: number, work: () => unknown) => {
            const timer = setInterval(() => !document.hidden && work(), ms);
            this.#stops.push(() => clearInterval(timer));
        };
        every(ASK_EVERY_MS, () => this.ask());
        every(HISTORY_EVERY_MS, () => this.#look());
        const back = () => !document.hidden && void this.ask();
        document.addEventListener('visibilitychange', back);
        this.#stops.push(() => document.removeEventListener('visibilitychange', back));
        this.#stops.push(live.watch((state) => (this.link = state)));
        this.#stops.push(live.subscribe({ to: 'line', event }, (message) => this.#line(message)));
        void this.ask();
        void this.#look();
        this.#stops.push(() => this.house.close());
        // Without it there is no map, and all the rest.
        void this.house.open(shown).catch(() => undefined);
    }

    close(): void {
        this.#asking?.abort();
        for (const stop of this.#stops.splice(0)) stop();
    }

    /** Asks now; a slow answer is not asked for twice. */
    async ask(): Promise<void> {
        if (this.#asking) return;
        const asking = new AbortController();
        this.#asking = asking;
        try {
            this.report = await salesOf(this.event, asking.signal);
            this.problem = undefined;
        } catch (thrown) {
            if (!asking.signal.aborted) this.problem = asProblem(thrown);
        } finally {
            this.#asking = undefined;
        }
    }

    async #look(): Promise<void> {
        // Without it the charts stay as they are.
        this.minutes = await historyOf(this.event).catch(() => this.minutes);
    }

    #line(message: Message): void {
        const room = this.report?.waiting_room;
        if (!this.report || !room) return;
        this.report = { ...this.report, waiting_room: follow(room, message) };
    }
}

/** What the line says between two reports. */
export function follow(room: RoomReport, line: Message): RoomReport {
    const told = <Key extends keyof RoomReport>(key: Key): RoomReport[Key] =>
        key in line ? (line[key] as RoomReport[Key]) : room[key];
    return {
        ...room,
        phase: told('phase'),
        pause_reason: typeof line['pause_reason'] === 'string' ? line['pause_reason'] : null,
        joined: told('joined'),
        serving: told('serving'),
        admitted_last_minute: told('admitted_last_minute'),
    };
}
