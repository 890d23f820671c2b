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
    /** A section is shown closer. */
    goTo: (section: number) => void;
    /** The keyboard goes elsewhere. */
    leave: () => void;
}

export interface Hands {
    cursor: Cursor;
    gestures: Gestures;
    key: (event: KeyboardEvent) => void;
}

/** Hands on the ground that there is once the map can be seen. */
export function hands(ground: () => Ground | undefined, wishes: Wishes): Hands {
    const cursor = new Cursor(ground, wishes.describe);
    const stroke = new Stroke();
    const stage = () => ground()?.stage;
    const step = (direction: 'left' | 'right' | 'up' | 'down') => cursor.step(direction, wishes.chosen());

    function hover(at: Point | undefined): void {
        const on = ground();
        const aims = at && on && on.stage.pitch >= MOUSE_PITCH;
        cursor.hover(aims ? seatAt(on.scene, on.stage, at, 0) : undefined);
    }

    function tap(at: Point, touch: boolean): void {
        const on = ground();
        const target = on && targetAt(on.scene, on.stage, at, touch);
        if (!target) return;
        if ('area' in target) return wishes.pickArea(target.area);
        if ('seat' in target) {
            cursor.tapped(target.seat, touch);
            return wishes.pick(target.seat);
        }
        const { box } = target.section;
        wishes.goTo(on.scene.map.sections.indexOf(target.section));
        if (fitsAt(on.scene, on.stage, box, FINGER_PITCH)) on.stage.show(box, PICK_PITCH * 1.4);
        else on.stage.zoomBy(PICK_PITCH / on.stage.pitch, at);
    }

    function brush(at: Point, first: boolean): boolean {
        const on = ground();
        if (!on || !wishes.paints() || !stroke.to(on.scene, on.stage, at, first)) return false;
        const seats = stroke.take();
        if (seats.length > 0) wishes.paint(seats, false);
        return true;
    }

    function brushed(): void {
        wishes.paint(stroke.take(), true);
        stroke.lift();
    }

    function pick(): void {
        if (cursor.seat === undefined) return step('right');
        wishes.pick(cursor.seat);
        cursor.sayAgain();
    }

    const keys: Record<string, () => void> = {
        ArrowLeft: () => step('left'),
        ArrowRight: () => step('right'),
        ArrowUp: () => step('up'),
        ArrowDown: () => step('down'),
        '+': () => stage()?.zoomBy(KEY_ZOOM),
        '=': () => stage()?.zoomBy(KEY_ZOOM),
        '-': () => stage()?.zoomBy(1 / KEY_ZOOM),
        '0': () => stage()?.showAll(),
        Enter: pick,
        ' ': pick,
        Escape() {
            cursor.leave();
            wishes.leave();
        },
    };

    return {
        cursor,
        gestures: {
            pan: (dx, dy) => stage()?.pan(dx, dy),
            zoom: (at, factor) => stage()?.zoom(at, factor),
            fling: (vx, vy) => stage()?.fling(vx, vy),
            doubleTap: (at) => stage()?.zoomBy(DOUBLE_TAP_ZOOM, at),
            grab: () => stage()?.hold(),
            drop: () => undefined,
            hover,
            tap,
            brush,
            brushed,
        },
        key(event) {
            const run = keys[event.key];
            if (!run || event.altKey || event.metaKey || event.ctrlKey) return;
            run();
            event.preventDefault();
        },
    };
}
