/** A seat map as it is kept by the server: read, saved, and compared with what others have saved. */

import { readEvent, type EventDetail } from '$lib/api/events';
import { asProblem } from '$lib/api/problem';
import { blockedOf, changeBlocked, saveSeatMap, seatMapOf } from './api';
import { documentOf, draftOf, EMPTY, type Draft } from './builder';

export class Keeping {
    /** As it was last read or saved. */
    saved = $state.raw<Draft>(EMPTY);
    error = $state.raw<unknown>();
    busy = $state(false);
    /** What somebody else has saved meanwhile. */
    theirs = $state.raw<{ map: Draft; version: number }>();
    /** Seats that could not be blocked, for somebody has them. */
    refused = $state.raw<string[]>([]);
    /** Of the event, when the map was saved. */
    #version: number;
    readonly #event: () => EventDetail;
    readonly #selling: () => boolean;
    readonly #onsaved: () => Promise<void>;

    /** `selling`: the sale runs. `onsaved` reads the event again. */
    constructor(event: () => EventDetail, selling: () => boolean, onsaved: () => Promise<void>) {
        [this.#event, this.#selling, this.#onsaved] = [event, selling, onsaved];
        this.#version = event().version;
    }

    async read(): Promise<Draft> {
        const { id } = this.#event();
        const [document, blocked] = await Promise.all([seatMapOf(id), blockedOf(id)]);
        return draftOf(document, blocked);
    }

    /** What is worked on from now on is this version. */
    take(map: Draft, version: number): void {
        [this.saved, this.#version] = [map, version];
        [this.error, this.theirs] = [undefined, undefined];
    }

    /** Saves over the version that is known, or over the one that is named. */
    async save(map: Draft, over = this.#version): Promise<void> {
        this.busy = true;
        [this.error, this.theirs, this.refused] = [undefined, undefined, []];
        try {
            if (this.#selling()) await this.#saveSelling(map, over);
            else {
                await saveSeatMap(this.#event().id, map, over);
                this.saved = map;
            }
            await this.#onsaved();
            this.#version = this.#event().version;
        } catch (thrown) {
            await this.#refused(thrown, map);
        } finally {
            this.busy = false;
        }
    }

    /** While the sale runs, what is drawn and what is for sale are changed apart. */
    async #saveSelling(map: Draft, over: number): Promise<void> {
        const { id } = this.#event();
        const { blocked } = this.saved;
        if (JSON.stringify(documentOf(map)) !== JSON.stringify(documentOf(this.saved))) {
            await saveSeatMap(id, { ...map, blocked }, over);
            this.saved = { ...map, blocked };
            this.#version = (await readEvent(id)).event.version;
        }
        const missing = (from: number[], all: number[]) => {
            const there = new Set(all);
            return from.filter((seat) => !there.has(seat));
        };
        const [block, unblock] = [missing(map.blocked, blocked), missing(blocked, map.blocked)];
        if (block.length + unblock.length === 0) return;
        const changed = await changeBlocked(id, block, unblock);
        this.saved = { ...map, blocked: changed.blocked };
        this.refused = changed.refused_labels;
    }

    async #refused(thrown: unknown, map: Draft): Promise<void> {
        if (asProblem(thrown).status !== 412) this.error = thrown;
        else await this.#compare(map).catch((error: unknown) => (this.error = error));
    }

    /** Another version of the event: only another map is a conflict. */
    async #compare(map: Draft): Promise<void> {
        const { event: now } = await readEvent(this.#event().id);
        const theirs = now.seat_map ? await this.read() : EMPTY;
        if (JSON.stringify(theirs) === JSON.stringify(this.saved)) return this.save(map, now.version);
        this.theirs = { map: theirs, version: now.version };
    }
}
