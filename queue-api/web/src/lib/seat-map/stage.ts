/** The map on the screen: where it is looked at from, what moves it, and when it is drawn. */

import type { Box, Point } from './box';
import {
    between,
    centred,
    eased,
    fit,
    kept,
    limitsOf,
    moved,
    seen,
    toPage,
    toScreen,
    zoomedAt,
    type Camera,
    type Size,
} from './camera';
import { Painter, type Marks } from './painter';
import type { Scene } from './scene';
import type { Change } from './states';

const FLIGHT_MS = 320;
/** A fling loses its speed by e in so many ms, and ends below so many pixels a ms. */
const GLIDE_MS = 280;
const STOP_SPEED = 0.03;
/** After the last step of a zoom the tiles are painted sharp. */
const SETTLE_MS = 140;
/** While zooming the last frame is scaled within these limits, and may leave this part of the screen open. */
const [SMALLEST, LARGEST, OPEN] = [0.78, 1.5, 0.12];

interface Flight {
    from: Camera;
    to: Camera;
    start: number;
}

export class Stage {
    camera: Camera;
    size: Size;
    marks: Marks = { chosen: new Set(), cursor: undefined, keyboard: false };
    readonly #scene: Scene;
    readonly #still: boolean;
    readonly #moved: () => void;
    #painter: Painter;
    #flight: Flight | undefined;
    #glide: { vx: number; vy: number; at: number } | undefined;
    #zoomedAt = -Infinity;
    #frame = 0;
    /** What the last frame shows. */
    #drawn: Camera | undefined;
    readonly #context: CanvasRenderingContext2D;

    /** `still`: nothing moves by itself. `moved` is told of each new camera. */
    constructor(
        scene: Scene,
        context: CanvasRenderingContext2D,
        size: Size,
        still: boolean,
        moved: () => void,
    ) {
        this.#scene = scene;
        this.#context = context;
        this.size = size;
        this.#still = still;
        this.#moved = moved;
        this.camera = fit(scene.map.box, size);
        this.#painter = this.#newPainter();
        this.invalidate();
    }

    /** Ends all that moves. */
    stop(): void {
        cancelAnimationFrame(this.#frame);
        this.#frame = -1;
    }

    /** Draws again, soon. */
    invalidate(): void {
        if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#draw(now));
    }

    resize(size: Size): void {
        const whole = this.isWhole;
        const middle = toPage(this.camera, { x: this.size.width / 2, y: this.size.height / 2 });
        this.size = size;
        this.#painter = this.#newPainter();
        this.#drawn = undefined;
        this.#set(whole ? fit(this.#scene.map.box, size) : centred(middle, this.camera.scale, size));
    }

    /** Colours, filter or the map itself are others: everything is painted anew, seen from where one was. */
    repaint(whole = this.isWhole): void {
        this.#painter = this.#newPainter();
        this.#set(whole ? fit(this.#scene.map.box, this.size) : this.camera);
    }

    changed(changes: readonly Change[]): void {
        this.#painter.changed(changes, performance.now());
        this.invalidate();
    }

    /** Whether all of the map is seen. */
    get isWhole(): boolean {
        return this.camera.scale <= this.#limits.least * 1.01;
    }

    get isNearest(): boolean {
        return this.camera.scale >= this.#limits.most * 0.99;
    }

    /** Pixels from seat to seat. */
    get pitch(): number {
        return this.camera.scale * this.#scene.map.pitch;
    }

    get seen(): Box {
        return seen(this.camera, this.size);
    }

    toPage(at: Point): Point {
        return toPage(this.camera, at);
    }

    toScreen(at: Point): Point {
        return toScreen(this.camera, at);
    }

    hold(): void {
        this.#flight = this.#glide = undefined;
    }

    pan(dx: number, dy: number): void {
        this.#set(moved(this.camera, dx, dy));
    }

    zoom(at: Point, factor: number): void {
        this.hold();
        this.#zoomedAt = performance.now();
        this.#set(zoomedAt(this.camera, at, factor, this.#limits));
    }

    fling(vx: number, vy: number): void {
        if (this.#still) return;
        this.#glide = { vx, vy, at: performance.now() };
        this.invalidate();
    }

    /** Zooms around a point (the middle) in a short flight. */
    zoomBy(factor: number, at: Point = { x: this.size.width / 2, y: this.size.height / 2 }): void {
        this.flyTo(zoomedAt(this.#flight?.to ?? this.camera, at, factor, this.#limits));
    }

    showAll(): void {
        this.flyTo(fit(this.#scene.map.box, this.size));
    }

    /** Shows a part of the page, with seats at most `pitch` pixels apart. */
    show(box: Box, pitch: number, margin = 32): void {
        const camera = fit(box, this.size, margin);
        const scale = Math.min(camera.scale, pitch / this.#scene.map.pitch);
        const middle = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
        this.flyTo(centred(middle, Math.max(scale, this.#limits.least), this.size));
    }

    /** Moves as little as is needed to have a point on the screen. */
    reveal(point: Point, margin = 48): void {
        const { x, y } = toScreen(this.#flight?.to ?? this.camera, point);
        const over = (at: number, length: number) =>
            Math.min(0, at - margin) + Math.max(0, at - (length - margin));
        const [dx, dy] = [over(x, this.size.width), over(y, this.size.height)];
        if (dx !== 0 || dy !== 0) this.flyTo(moved(this.#flight?.to ?? this.camera, -dx, -dy));
    }

    /** Has a point in the middle. */
    centre(point: Point): void {
        this.flyTo(centred(point, this.camera.scale, this.size));
    }

    flyTo(camera: Camera): void {
        const to = kept(camera, this.#scene.map.box, this.size);
        this.#glide = undefined;
        if (this.#still) return this.#set(to);
        this.#flight = { from: this.camera, to, start: performance.now() };
        this.invalidate();
    }

    /** The whole map on a bitmap of its own. */
    drawOverview(context: CanvasRenderingContext2D): void {
        const { width, height } = context.canvas;
        const { map, palette } = this.#scene;
        context.fillStyle = palette.ground;
        context.fillRect(0, 0, width, height);
        const { x, y, scale } = fit(map.box, { width, height }, 0);
        this.#painter.drawOverview(context, { x, y, scale, width, height });
    }

    #newPainter(): Painter {
        return new Painter(this.#scene, this.#context, this.size, this.#still, () => this.invalidate());
    }

    get #limits() {
        return limitsOf(this.#scene.map.box, this.#scene.map.pitch, this.size);
    }

    #set(camera: Camera): void {
        this.camera = kept(camera, this.#scene.map.box, this.size);
        this.#moved();
        this.invalidate();
    }

    #draw(now: number): void {
        this.#frame = 0;
        this.#move(now);
        const zooming =
            now - this.#zoomedAt < SETTLE_MS ||
            (this.#flight !== undefined && this.#flight.from.scale !== this.#flight.to.scale);
        const done = zooming && this.#stretch();
        if (!done) this.#paint(zooming, now);
        if (zooming || this.#flight || this.#glide) this.invalidate();
    }

    #paint(zooming: boolean, now: number): void {
        this.#context.canvas.style.transform = '';
        this.#drawn = this.camera;
        if (!this.#painter.draw(this.camera, this.size, zooming, this.marks, now)) this.invalidate();
    }

    /** Shows the last frame larger or smaller, which costs next to nothing; false where too little of it would be left. */
    #stretch(): boolean {
        const { camera, size } = this;
        const drawn = this.#drawn;
        if (!drawn) return false;
        const ratio = camera.scale / drawn.scale;
        const [x, y] = [(drawn.x - camera.x) * camera.scale, (drawn.y - camera.y) * camera.scale];
        const open = (at: number, length: number) => Math.max(at, length - (at + length * ratio)) / length;
        if (ratio < SMALLEST || ratio > LARGEST || open(x, size.width) > OPEN || open(y, size.height) > OPEN)
            return false;
        this.#context.canvas.style.transform = `matrix(${ratio},0,0,${ratio},${x},${y})`;
        return true;
    }

    #move(now: number): void {
        const flight = this.#flight;
        if (flight) {
            const share = Math.min(1, Math.max(0, (now - flight.start) / FLIGHT_MS));
            if (share === 1) this.#flight = undefined;
            const { from, to } = flight;
            this.camera = share === 1 ? to : between(from, to, eased(share), this.size);
            this.#moved();
        }
        const glide = this.#glide;
        if (glide) {
            const passed = Math.max(0, now - glide.at);
            const slower = Math.exp(-passed / GLIDE_MS);
            const { x, y } = this.camera;
            this.camera = kept(
                moved(this.camera, glide.vx * passed, glide.vy * passed),
                this.#scene.map.box,
                this.size,
            );
            const stuck = passed > 0 && x === this.camera.x && y === this.camera.y;
            const [vx, vy] = [glide.vx * slower, glide.vy * slower];
            this.#glide = stuck || Math.hypot(vx, vy) < STOP_SPEED ? undefined : { vx, vy, at: now };
            this.#moved();
        }
    }
}
