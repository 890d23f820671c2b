/** One door at work: decides at once from what it has, tells the server, and hears what that knows better. */

import { api, idempotencyKey, ok, type Schema } from '$lib/api/client';
import { readEvent, type EventDetail } from '$lib/api/events';
import { asProblem, Problem } from '$lib/api/problem';
import { clock } from '$lib/clock.svelte';
import { parseCode, Signatures } from './code';
import { backoffMs, mayOvertake, refusalOf } from './queue';
import { signal } from './signals';
import { entries, keepList, keepScan, keptList, prune, scans, type KeptList, type KeptScan } from './store';
import {
    isConflict,
    judge,
    settled,
    toneOf,
    type Entry,
    type Judgement,
    type ListedTicket,
    type ScanResult,
    type Tone,
} from './verdict';

/** What fills the screen. */
export interface Verdict extends Judgement {
    scan: string;
    tone: Tone;
    ticket?: ScanResult['ticket'];
    /** The server has not answered (yet). */
    alone: boolean;
    /** It showed something else before the server answered. */
    corrected: boolean;
}

/** How long the server has to answer before the door's own decision is shown. */
const PATIENCE_MS = 180;
/** The same for a door that has no list: it cannot tell by itself. */
const UNLISTED_PATIENCE_MS = 5_000;
const SEND_TIMEOUT_MS = 10_000;
const COUNT_EVERY_MS = 10_000;
const LIST_EVERY_MS = 300_000;
/** Scans that are shown for looking back. */
const SHOWN_SCANS = 100;

export class Door {
    readonly event: string;
    /** Name of this door, and whether it sounds. */
    name = $state('');
    sound = $state(true);
    list = $state.raw<KeptList>();
    /** Why there is no list, or no newer one. */
    trouble = $state.raw<Problem>();
    verdict = $state.raw<Verdict>();
    scans = $state.raw<KeptScan[]>([]);
    counter = $state.raw<Schema['DoorCounter']>();
    /** Whether the last thing told to the server arrived. */
    reached = $state(true);

    #signatures: Signatures | undefined;
    #tickets = new Map<string, ListedTicket>();
    #entries = new Map<string, Entry>();
    /** Scans of which the screen has not told yet. */
    #untold = new Set<string>();
    #sending = new Set<string>();
    #failures = 0;
    #retry: ReturnType<typeof setTimeout> | undefined;
    #timers: ReturnType<typeof setInterval>[] = [];

    constructor(event: string) {
        this.event = event;
    }

    /** Scans the server has not heard of. */
    get waiting(): KeptScan[] {
        return this.scans.filter((scan) => scan.state === 'waiting');
    }

    get conflicts(): KeptScan[] {
        return this.scans.filter((scan) => scan.conflict);
    }

    /** How many are in: what the server counted, and what it does not know yet. */
    get admitted(): number {
        const unknown = this.waiting.filter((scan) => scan.outcome === 'admitted').length;
        return (this.counter?.admitted ?? 0) + unknown;
    }

    /** Begins with what is kept, then with what the server has. */
    async open(): Promise<void> {
        for (const [ticket, entry] of await entries(this.event)) this.#entries.set(ticket, entry);
        this.scans = (await scans(this.event)).slice(0, SHOWN_SCANS * 10);
        const kept = await keptList(this.event);
        if (kept) this.#take(kept);
        await this.refresh();
        this.#timers = [
            setInterval(() => void this.#count(), COUNT_EVERY_MS),
            setInterval(() => void this.refresh(), LIST_EVERY_MS),
        ];
        void this.flush();
    }

    close(): void {
        clearTimeout(this.#retry);
        this.#retry = undefined;
        for (const timer of this.#timers) clearInterval(timer);
        void prune(this.event);
    }

    /** Takes the list anew if it has changed. */
    async refresh(): Promise<void> {
        try {
            const list = await fetchList(this.event, this.list);
            if (list) {
                await keepList(list);
                this.#take(list);
            }
            this.trouble = undefined;
            this.reached = true;
        } catch (error) {
            this.trouble = asProblem(error);
            if (this.trouble.status === 0) this.reached = false;
        }
    }

    /** Decides about a code, shows it within a fifth of a second, and tells the server. */
    async scan(text: string): Promise<void> {
        const code = parseCode(text);
        const at = new Date(clock.now()).toISOString();
        const signed = code !== undefined && (await this.#signatures?.verifies(code)) === true;
        const judgement = judge(code, signed, {
            listed: code && this.#tickets.get(code.ticket),
            entered: code && this.#entries.get(code.ticket),
        });
        const scan: KeptScan = {
            id: idempotencyKey(),
            event: this.event,
            code: text.trim(),
            ticket: code?.ticket,
            door: this.name,
            at,
            ...judgement,
            state: 'waiting',
        };
        // What is no code of ours stays here: it may be anybody's.
        if (!code) return this.#show(scan.id, judgement, { alone: false });
        const others = this.waiting;
        this.#untold.add(scan.id);
        // Kept before anything is sent: a phone that dies now has let in whom it let in.
        if (judgement.outcome === 'admitted') {
            this.#entries.set(code.ticket, { door: scan.door, at });
        }
        await this.#keep(scan);
        const answer = mayOvertake(scan, others) ? this.#send(scan) : Promise.resolve(undefined);
        const result = await Promise.race([
            answer,
            after(this.#signatures ? PATIENCE_MS : UNLISTED_PATIENCE_MS),
        ]);
        if (result) return;
        this.#show(scan.id, judgement, { alone: true });
        if ((await answer) === undefined) this.#again();
    }

    /** Sends what waits, oldest first. */
    async flush(): Promise<void> {
        clearTimeout(this.#retry);
        this.#retry = undefined;
        for (const scan of this.waiting.toReversed()) {
            if (this.#sending.has(scan.id)) continue;
            if (!(await this.#send(scan))) return this.#again();
        }
    }

    /** Somebody has looked at a conflict. */
    async seen(scan: KeptScan): Promise<void> {
        await this.#keep({ ...scan, conflict: undefined });
    }

    dismiss(): void {
        this.verdict = undefined;
    }

    #take(kept: KeptList): void {
        this.list = kept;
        this.#signatures = new Signatures(this.event, kept.list.public_key);
        this.#tickets = new Map(kept.list.tickets.map((ticket) => [ticket.id, ticket]));
        this.counter = kept.list.counter;
    }

    async #count(): Promise<void> {
        if (document.hidden) return;
        try {
            const path = { event: this.event };
            this.counter = await ok(api.GET('/api/events/{event}/door-counter', { params: { path } }));
            if (!this.reached) void this.flush();
            this.reached = true;
        } catch (error) {
            if (asProblem(error).status === 0) this.reached = false;
        }
    }

    /** Tells the server of a scan. Nothing: it could not be told. */
    async #send(scan: KeptScan): Promise<ScanResult | undefined> {
        this.#sending.add(scan.id);
        try {
            const { id, event, code, door, at } = scan;
            const result = await ok(
                api.POST('/api/check-ins', {
                    body: { id, event, code, door, scanned_at: at },
                    signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
                }),
            );
            this.#failures = 0;
            this.reached = true;
            await this.#settle(scan, result);
            return result;
        } catch (error) {
            await this.#refused(scan, error);
            return undefined;
        } finally {
            this.#sending.delete(scan.id);
        }
    }

    async #settle(scan: KeptScan, result: ScanResult): Promise<void> {
        const judgement = settled(scan, result);
        const shown = this.verdict?.scan === scan.id ? this.verdict : undefined;
        const conflict = isConflict(scan.outcome, result.outcome) ? judgement : undefined;
        // In time: nobody was let in yet.
        const inTime = this.#untold.has(scan.id);
        await this.#keep({
            ...scan,
            outcome: judgement.outcome,
            used: judgement.used,
            label: result.ticket?.admits_to,
            state: 'told',
            conflict: inTime ? undefined : conflict,
        });
        if (conflict?.used && scan.ticket) this.#entries.set(scan.ticket, conflict.used);
        if (shown || inTime) {
            const changed = shown !== undefined && shown.outcome !== judgement.outcome;
            this.#show(scan.id, judgement, { alone: false, ticket: result.ticket, corrected: changed });
        }
    }

    async #refused(scan: KeptScan, error: unknown): Promise<void> {
        const status = error instanceof Problem ? error.status : 0;
        const refusal = refusalOf(status);
        if (status === 0) this.reached = false;
        if (refusal !== 'again') this.trouble = asProblem(error);
        if (refusal === 'given-up') await this.#keep({ ...scan, state: 'refused' });
    }

    #again(): void {
        if (this.#retry || this.waiting.length === 0) return;
        this.#failures += 1;
        this.#retry = setTimeout(() => void this.flush(), backoffMs(this.#failures));
    }

    async #keep(scan: KeptScan): Promise<void> {
        const others = this.scans.filter((other) => other.id !== scan.id);
        this.scans = [scan, ...others].sort((a, b) => b.at.localeCompare(a.at));
        await keepScan(scan);
    }

    #show(
        scan: string,
        judgement: Judgement,
        how: { alone: boolean; ticket?: ScanResult['ticket']; corrected?: boolean },
    ): void {
        const before = this.verdict?.scan === scan ? this.verdict : undefined;
        const tone = toneOf(judgement.outcome);
        this.verdict = { ...judgement, scan, tone, corrected: false, ...how };
        this.#untold.delete(scan);
        // The same colour again is no news.
        if (before?.tone !== tone) signal(tone, this.sound);
    }
}

/** The list, unless the kept one is as it is. */
async function fetchList(event: string, kept: KeptList | undefined): Promise<KeptList | undefined> {
    const path = { event };
    const tag = kept?.tag;
    const asked = api.GET('/api/events/{event}/door-list', {
        params: { path },
        ...(tag ? { headers: { 'If-None-Match': tag } } : {}),
    });
    const answer = await asked;
    if (kept && answer.response.status === 304) return { ...kept, takenAt: Date.now() };
    const list = await ok(Promise.resolve(answer));
    const about = kept ?? aboutOf((await readEvent(event)).event);
    return {
        event,
        title: about.title,
        venue: about.venue,
        startsAt: about.startsAt,
        zone: about.zone,
        list,
        tag: answer.response.headers.get('ETag'),
        takenAt: Date.now(),
    };
}

function aboutOf({ title, venue, starts_at: startsAt, time_zone: zone }: EventDetail) {
    return { title, venue, startsAt, zone };
}

function after(ms: number): Promise<undefined> {
    return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}
