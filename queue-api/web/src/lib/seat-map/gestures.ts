/** Fingers, mouse and wheel, as what they mean. Coordinates are CSS pixels within the element. */

import type { Point } from './box';

export interface Gestures {
    /** Moved by so much. */
    pan: (dx: number, dy: number) => void;
    /** Larger by a factor around a point; fingers may move as they spread. */
    zoom: (at: Point, factor: number) => void;
    /** A finger or button was lifted while moving, CSS pixels a millisecond. */
    fling: (vx: number, vy: number) => void;
    tap: (at: Point, touch: boolean) => void;
    doubleTap: (at: Point) => void;
    /** A mouse moves over it; undefined: it has left. */
    hover: (at: Point | undefined) => void;
    /** Something has taken hold of it. */
    grab: () => void;
    /** Nothing holds it any more. */
    drop: () => void;
    /** Given, one pointer paints instead of moving; false: this point is no place to paint, so it moves. */
    brush?: ((at: Point, first: boolean) => boolean) | undefined;
    /** A stroke of the brush has ended. */
    brushed?: (() => void) | undefined;
}

const TAP_PX = 8;
const DOUBLE_MS = 300;
/** Of the pointer's last moves only those so recent make the fling. */
const FLING_MS = 80;
const WHEEL_STEP = 0.0016;
/** Lines and pages of a wheel, in pixels. */
const DELTA_PX = [1, 16, 400];

interface Finger extends Point {
    startX: number;
    startY: number;
}

/** Listens on an element until the function it returns is called. */
export function listen(element: HTMLElement, to: Gestures): () => void {
    const fingers = new Map<number, Finger>();
    let trail: (Point & { at: number })[] = [];
    let moved = false;
    let painting = false;
    let lastTap: (Point & { at: number }) | undefined;

    const place = (event: { clientX: number; clientY: number }): Point => {
        const box = element.getBoundingClientRect();
        return { x: event.clientX - box.left, y: event.clientY - box.top };
    };

    function down(event: PointerEvent): void {
        if (event.button > 1) return;
        const at = place(event);
        element.setPointerCapture(event.pointerId);
        fingers.set(event.pointerId, { ...at, startX: at.x, startY: at.y });
        trail = [];
        if (fingers.size === 1) {
            moved = false;
            painting = event.button === 0 && !event.shiftKey && to.brush?.(at, true) === true;
        } else {
            moved = true;
            if (painting) to.brushed?.();
            painting = false;
        }
        to.grab();
    }

    function move(event: PointerEvent): void {
        const at = place(event);
        const finger = fingers.get(event.pointerId);
        if (!finger) {
            if (event.pointerType === 'mouse') to.hover(at);
            return;
        }
        if (painting) {
            to.brush?.(at, false);
            return;
        }
        if (!moved && Math.hypot(at.x - finger.startX, at.y - finger.startY) < TAP_PX) return;
        moved = true;
        if (fingers.size === 1) {
            to.pan(at.x - finger.x, at.y - finger.y);
            trail.push({ ...at, at: event.timeStamp });
            finger.x = at.x;
            finger.y = at.y;
        } else pinch(finger, at);
    }

    function pinch(finger: Finger, at: Point): void {
        const other = [...fingers.values()].find((one) => one !== finger);
        if (!other) return;
        const spread = (point: Point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
        const factor = spread(at) / spread(finger);
        const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
        to.pan((at.x - finger.x) / 2, (at.y - finger.y) / 2);
        to.zoom(middle, factor);
        finger.x = at.x;
        finger.y = at.y;
    }

    function up(event: PointerEvent): void {
        const finger = fingers.get(event.pointerId);
        if (!finger || !fingers.delete(event.pointerId)) return;
        if (fingers.size > 0) return;
        if (painting) to.brushed?.();
        else if (!moved && event.type === 'pointerup') tapped(finger, event);
        else if (moved && trail.length > 0) flung(event.timeStamp);
        painting = false;
        to.drop();
    }

    function tapped(at: Point, event: PointerEvent): void {
        const last = lastTap;
        lastTap = { x: at.x, y: at.y, at: event.timeStamp };
        const again = last && event.timeStamp - last.at < DOUBLE_MS;
        if (again && Math.hypot(at.x - last.x, at.y - last.y) < 4 * TAP_PX) {
            lastTap = undefined;
            to.doubleTap(at);
        } else to.tap(at, event.pointerType !== 'mouse');
    }

    function flung(now: number): void {
        const recent = trail.filter((point) => now - point.at < FLING_MS);
        const [first, last] = [recent[0], recent.at(-1)];
        if (!first || !last || last.at === first.at) return;
        to.fling((last.x - first.x) / (last.at - first.at), (last.y - first.y) / (last.at - first.at));
    }

    function wheel(event: WheelEvent): void {
        event.preventDefault();
        const unit = DELTA_PX[event.deltaMode] ?? 1;
        // A pinch on a touchpad comes as a wheel with Ctrl, in finer steps.
        const step = event.ctrlKey ? WHEEL_STEP * 6 : WHEEL_STEP;
        to.zoom(place(event), Math.exp(-event.deltaY * unit * step));
        to.drop();
    }

    const leave = () => to.hover(undefined);
    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', up);
    element.addEventListener('pointercancel', up);
    element.addEventListener('pointerleave', leave);
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
        element.removeEventListener('pointerdown', down);
        element.removeEventListener('pointermove', move);
        element.removeEventListener('pointerup', up);
        element.removeEventListener('pointercancel', up);
        element.removeEventListener('pointerleave', leave);
        element.removeEventListener('wheel', wheel);
    };
}
