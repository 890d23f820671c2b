/** The seat map that is being drawn: what is selected, what the pointer does, and the steps back. */

import { sectionOf } from '$lib/seat-map/names';
import { expandDrawn } from '$lib/seat-map/placed';
import { BLOCKED, FREE, SeatStates } from '$lib/seat-map/states';
import * as build from './builder';
import type { SeatKind } from '$lib/seat-map/document';
import { hasPart, markSeats, paintRows, paintSeats, type Kind, type Part } from './parts';

export type Tool = 'select' | 'paint' | 'mark' | 'block';
export const TOOLS: readonly Tool[] = ['select', 'paint', 'mark', 'block'];

/** Typing in one field within this time is one step to undo. */
const ONE_STEP_MS = 1_500;

export class Drawing {
    history = $state.raw<build.History<build.Draft>>({ past: [], now: build.EMPTY, future: [] });
    selected = $state<Part>();
    tool = $state<Tool>('select');
    /** The tier that is painted with. */
    brush = $state(0);
    /** Paint goes to whole rows. */
    byRow = $state(true);
    /** What is marked as; nothing: ordinary. */
    kind = $state<SeatKind | undefined>('wheelchair');
    /** While a stroke is being drawn. */
    #stroke = $state.raw<build.Draft>();
    #blocking = true;
    #lastEdit = { key: '', at: 0 };

    readonly draft = $derived(this.#stroke ?? this.history.now);
    readonly isEmpty = $derived(
        this.draft.sections.length + this.draft.areas.length + this.draft.landmarks.length === 0,
    );
    /** The draft as fans see it; undefined while it cannot be drawn. */
    readonly drawn = $derived.by(() => {
        try {
            const map = expandDrawn(this.draft);
            const states = new SeatStates(map);
            const blocked = new Set(this.draft.blocked);
            states.takeList(
                Array.from({ length: map.seatCount }, (_, seat) => (blocked.has(seat) ? BLOCKED : FREE)),
                0,
            );
            return { map, states };
        } catch {
            return undefined;
        }
    });

    /** Begins with a map that is there. */
    take(map: build.Draft): void {
        this.history = { past: [], now: map, future: [] };
        this.selected = undefined;
    }

    /** `key` names the field that is typed in. */
    edit(next: build.Draft, key = ''): void {
        const now = Date.now();
        const goesOn = key !== '' && key === this.#lastEdit.key && now - this.#lastEdit.at < ONE_STEP_MS;
        this.history = goesOn ? { ...this.history, now: next, future: [] } : build.did(this.history, next);
        this.#lastEdit = { key, at: now };
    }

    undo(): void {
        this.#step(build.undone(this.history));
    }

    redo(): void {
        this.#step(build.redone(this.history));
    }

    select(kind: Kind, index: number): void {
        this.selected = { kind, index };
    }

    pick(seat: number): void {
        if (!this.drawn) return;
        const { draft, tool } = this;
        if (tool === 'select') this.select('section', sectionOf(this.drawn.map, seat));
        else if (tool === 'block') this.edit(build.setBlocked(draft, [seat], !draft.blocked.includes(seat)));
        else this.edit(this.#touched(draft, [seat]));
    }

    pickArea(area: number): void {
        if (this.tool === 'paint') this.edit(build.changeArea(this.draft, area, { tier: this.brush }));
        else this.select('area', area);
    }

    /** A stroke is one step to undo, however many seats it touches. */
    paint(seats: number[], done: boolean): void {
        if (this.tool === 'select') return;
        if (seats.length > 0) {
            const from = this.#stroke ?? this.history.now;
            if (!this.#stroke) this.#blocking = !from.blocked.includes(seats[0] ?? -1);
            this.#stroke =
                this.tool === 'block'
                    ? build.setBlocked(from, seats, this.#blocking)
                    : this.#touched(from, seats);
        }
        if (!done || !this.#stroke) return;
        const next = this.#stroke;
        this.#stroke = undefined;
        this.edit(next);
    }

    /** Painted or marked, as the tool says. */
    #touched(from: build.Draft, seats: readonly number[]): build.Draft {
        const map = this.drawn?.map;
        if (!map) return from;
        if (this.tool === 'mark') return markSeats(from, map, seats, this.kind);
        return (this.byRow ? paintRows : paintSeats)(from, map, seats, this.brush);
    }

    #step(to: build.History<build.Draft>): void {
        this.history = to;
        this.#lastEdit.key = '';
        if (this.selected && !hasPart(to.now, this.selected)) this.selected = undefined;
    }
}
