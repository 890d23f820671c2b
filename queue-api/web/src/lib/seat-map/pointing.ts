/** What a pointer means where it is: a seat, an area, a section to go to. */

import { contains, type Box, type Point } from './box';
import type { SectionGeometry } from './expand';
import { SEATS_FROM_PX, type Scene as WholeScene } from './scene';
import type { Stage } from './stage';

/** A finger needs seats this far apart, CSS pixels; a mouse can do with less. */
export const [FINGER_PITCH, MOUSE_PITCH] = [17, 8];
/** What one zooms to, for picking. */
export const PICK_PITCH = 26;
/** A finger may miss a seat by so many pixels. */
const FINGER_REACH_PX = 14;
const BRUSH_PX = 9;

type Scene = Pick<WholeScene, 'map' | 'grid' | 'states'>;
/** From where the map is looked at. */
export type Sight = Pick<Stage, 'camera' | 'pitch' | 'size' | 'toPage'>;
export type Target = { seat: number } | { area: number } | { section: SectionGeometry };

/** The seat at a place, or the nearest one within some pixels. */
export function seatAt({ map, grid }: Scene, sight: Sight, at: Point, reachPx: number): number | undefined {
    if (sight.pitch < SEATS_FROM_PX) return undefined;
    return grid.nearest(sight.toPage(at), Math.max(map.pitch * 0.5, reachPx / sight.camera.scale));
}

/** What is tapped; sections only while their seats are too small for fingers. */
export function targetAt(scene: Scene, sight: Sight, at: Point, touch: boolean): Target | undefined {
    if (sight.pitch >= (touch ? FINGER_PITCH : MOUSE_PITCH)) {
        const seat = seatAt(scene, sight, at, touch ? FINGER_REACH_PX : 0);
        if (seat !== undefined) return { seat };
    }
    const point = sight.toPage(at);
    const area = scene.map.areas.findIndex(({ outline }) => contains(outline, point));
    if (area >= 0) return { area };
    const section = scene.map.sections.find(({ outline }) => contains(outline, point));
    return section && sight.pitch < FINGER_PITCH ? { section } : undefined;
}

/** Whether a box is seen whole with seats so many pixels apart. */
export function fitsAt({ map }: Scene, { size }: Sight, box: Box, pitch: number): boolean {
    const scale = pitch / map.pitch;
    return (box.right - box.left) * scale < size.width && (box.bottom - box.top) * scale < size.height;
}

/** The seat in the middle of the screen, a free one if there is any. */
export function middleSeat({ map, grid, states }: Scene, sight: Sight): number {
    const middle = sight.toPage({ x: sight.size.width / 2, y: sight.size.height / 2 });
    const reach = Math.max(map.box.right - map.box.left, map.box.bottom - map.box.top);
    return grid.nearest(middle, reach, (seat) => states.isFree(seat)) ?? grid.nearest(middle, reach) ?? 0;
}

/** A stroke of the brush: everything between two of its points is painted, however fast it was drawn. */
export class Stroke {
    #seats = new Set<number>();
    #last: Point | undefined;

    /** Goes on to a place; false: seats are too small there to be painted. */
    to({ map, grid }: Scene, sight: Sight, at: Point, first: boolean): boolean {
        if (sight.pitch < SEATS_FROM_PX) return false;
        const from = first || !this.#last ? at : this.#last;
        this.#last = at;
        const steps = Math.ceil(Math.hypot(at.x - from.x, at.y - from.y) / BRUSH_PX) || 1;
        const reach = Math.max(map.pitch * 0.5, BRUSH_PX / sight.camera.scale);
        for (let step = 1; step <= steps; step++) {
            const share = step / steps;
            const { x, y } = sight.toPage({
                x: from.x + (at.x - from.x) * share,
                y: from.y + (at.y - from.y) * share,
            });
            const box = { left: x - reach, right: x + reach, top: y - reach, bottom: y + reach };
            grid.within(box, (seat) => {
                if (Math.hypot((map.x[seat] ?? 0) - x, (map.y[seat] ?? 0) - y) <= reach)
                    this.#seats.add(seat);
            });
        }
        return true;
    }

    /** The seats since the last call. */
    take(): number[] {
        const seats = [...this.#seats];
        this.#seats = new Set();
        return seats;
    }

    lift(): void {
        this.#last = undefined;
    }
}
