/** What fingers, mouse and keys do on a map. */

import type { Point } from './box';
import { Cursor, type Ground } from './cursor.svelte';
import type { Gestures } from './gestures';
import { FINGER_PITCH, fitsAt, MOUSE_PITCH, PICK_PITCH, seatAt, Stroke, targetAt } from './pointing';

const [KEY_ZOOM, DOUBLE_TAP_ZOOM] = [1.6, 2.2];

/** What comes of it. */
export interface Wishes {
    describe: (seat: number) => string;
    chosen: () => ReadonlySet<number>;
    /** One pointer paints instead of moving the map. */
    paints: () => boolean;
    pick: (seat: number) => void;
    pickArea: (area: number) => void;
    /** Seats under the brush since the last call; `done` with the end of the stroke. */
    paint: (seats: number[], done: boolean) => void;
    /** The keyboard goes elsewhere. */
    leave: () => void;
}

export class Hands {
    readonly cursor: Cursor;
    readonly gestures: Gestures;
    readonly #ground: () => Ground | undefined;
    readonly #wishes: Wishes;
    readonly #stroke = new Stroke();
    readonly #keys: Record<string, () => void>;

    constructor(ground: () => Ground | undefined, wishes: Wishes) {
        [this.#ground, this.#wishes] = [ground, wishes];
        this.cursor = new Cursor(ground, wishes.describe);
        const stage = () => ground()?.stage;
        this.gestures = {
            pan: (dx, dy) => stage()?.pan(dx, dy),
            zoom: (at, factor) => stage()?.zoom(at, factor),
            fling: (vx, vy) => stage()?.fling(vx, vy),
            doubleTap: (at) => stage()?.zoomBy(DOUBLE_TAP_ZOOM, at),
            grab: () => stage()?.hold(),
            drop: () => undefined,
            hover: (at) => this.#hover(at),
            tap: (at, touch) => this.#tap(at, touch),
            brush: (at, first) => this.#brush(at, first),
            brushed: () => {
                wishes.paint(this.#stroke.take(), true);
                this.#stroke.lift();
            },
        };
        const step = (direction: 'left' | 'right' | 'up' | 'down') => () =>
            this.cursor.step(direction, wishes.chosen());
        const zoom = (factor: number) => () => stage()?.zoomBy(factor);
        this.#keys = {
            ArrowLeft: step('left'),
            ArrowRight: step('right'),
            ArrowUp: step('up'),
            ArrowDown: step('down'),
            '+': zoom(KEY_ZOOM),
            '=': zoom(KEY_ZOOM),
            '-': zoom(1 / KEY_ZOOM),
            '0': () => stage()?.showAll(),
            Enter: () => this.#pick(),
            ' ': () => this.#pick(),
            Escape: () => {
                this.cursor.leave();
                wishes.leave();
            },
        };
    }

    key(event: KeyboardEvent): void {
        const run = this.#keys[event.key];
        if (!run || event.altKey || event.metaKey || event.ctrlKey) return;
        run();
        event.preventDefault();
    }

    #hover(at: Point | undefined): void {
        const ground = this.#ground();
        const aims = at && ground && ground.stage.pitch >= MOUSE_PITCH;
        this.cursor.hover(aims ? seatAt(ground.scene, ground.stage, at, 0) : undefined);
    }

    #tap(at: Point, touch: boolean): void {
        const ground = this.#ground();
        const target = ground && targetAt(ground.scene, ground.stage, at, touch);
        if (!target) return;
        if ('area' in target) return this.#wishes.pickArea(target.area);
        if ('seat' in target) {
            this.cursor.tapped(target.seat, touch);
            return this.#wishes.pick(target.seat);
        }
        const { scene, stage } = ground;
        const { box } = target.section;
        if (fitsAt(scene, stage, box, FINGER_PITCH)) stage.show(box, PICK_PITCH * 1.4);
        else stage.zoomBy(PICK_PITCH / stage.pitch, at);
    }

    #brush(at: Point, first: boolean): boolean {
        const ground = this.#ground();
        if (!ground || !this.#wishes.paints()) return false;
        if (!this.#stroke.to(ground.scene, ground.stage, at, first)) return false;
        const seats = this.#stroke.take();
        if (seats.length > 0) this.#wishes.paint(seats, false);
        return true;
    }

    #pick(): void {
        const { seat } = this.cursor;
        if (seat === undefined) return this.cursor.step('right', this.#wishes.chosen());
        this.#wishes.pick(seat);
        this.cursor.sayAgain();
    }
}
