/** Puts a frame together: tiles, names, and above them what belongs to this fan alone. */

import type { Camera, Size } from './camera';
import { fit } from './camera';
import { RESTRICTED_VIEW } from './document';
import { sectionOf } from './names';
import { Labels } from './labels';
import { tierLetter, type Scene, type View } from './scene';
import { drawSeat } from './signs';
import type { Change } from './states';
import { offset, TileLayer } from './tiles';

/** Painting of tiles takes at most so long in a frame; a tile that was begun is finished. */
const PAINT_MS = 3;
const FADE_MS = 600;
/** More fades at once are noise. */
const MOST_FADES = 400;
/** While zooming, tiles are scaled up to this ratio before they are painted anew. */
const WORST_RATIO = 2.4;
/** Decoration is drawn sharp once the map has not moved for so long. */
const REST_MS = 400;
/** A chosen seat is seen at least this large, CSS pixels. */
const LEAST_MARK_PX = 5;

/** What is drawn above the seats. */
export interface Marks {
    /** Chosen, not yet held. */
    chosen: ReadonlySet<number>;
    /** Where the keyboard or the mouse is. */
    cursor: number | undefined;
    keyboard: boolean;
}

export class Painter {
    readonly #scene: Scene;
    readonly #context: CanvasRenderingContext2D;
    readonly #labels: Labels;
    #layer: TileLayer;
    #below: TileLayer | undefined;
    #overview: TileLayer;
    #fades: (Change & { since: number })[] = [];
    readonly #still: boolean;
    readonly #again: () => void;
    #looked: { camera: Camera; since: number } | undefined;
    #rest: ReturnType<typeof setTimeout> | undefined;

    /** `still`: changes do not fade, they are there. `again` is told when there is more to draw without a change. */
    constructor(
        scene: Scene,
        context: CanvasRenderingContext2D,
        size: Size,
        still: boolean,
        again: () => void,
    ) {
        this.#again = again;
        this.#scene = scene;
        this.#context = context;
        this.#labels = new Labels(scene);
        this.#still = still;
        this.#overview = new TileLayer(scene, fit(scene.map.box, size).scale * scene.density);
        this.#layer = this.#overview;
    }

    /** Draws a frame; true: nothing is left to do until something changes. */
    draw(camera: Camera, size: Size, zooming: boolean, marks: Marks, now: number): boolean {
        const { density, palette } = this.#scene;
        const [width, height] = [Math.round(size.width * density), Math.round(size.height * density)];
        const view: View = { x: camera.x, y: camera.y, scale: camera.scale * density, width, height };
        this.#choose(view, zooming);
        const context = this.#context;
        context.setTransform(1, 0, 0, 1, 0, 0);
        context.imageSmoothingEnabled = !zooming;
        context.fillStyle = palette.ground;
        context.fillRect(0, 0, width, height);
        const done = this.#layer.paint(view, performance.now() + PAINT_MS, zooming ? 0 : 1);
        const holes = this.#layer.holes(view);
        if (holes.length > 0) this.#fill(holes, view);
        else if (!zooming) this.#below = undefined;
        this.#layer.draw(context, view);
        const faded = this.#drawFades(view, now);
        this.#labels.draw(context, view);
        this.#drawMarks(view, marks);
        return done && faded && this.#sharpened(view, camera, now);
    }

    /** What is not painted yet is shown from afar: few tiles, soon there, better than nothing. */
    #fill(holes: [number, number, number, number][], view: View): void {
        const context = this.#context;
        context.save();
        context.beginPath();
        for (const hole of holes) context.rect(...hole);
        context.clip();
        if (this.#layer !== this.#overview) {
            this.#overview.paint(view, Infinity, 0);
            this.#overview.draw(context, view);
        }
        this.#below?.draw(context, view);
        context.restore();
    }

    changed(changes: readonly Change[], now: number): void {
        const layers = new Set([this.#layer, this.#overview]);
        if (changes.length > MOST_FADES || this.#scene.map.areas.length > 0)
            for (const layer of layers) layer.allChanged();
        else for (const layer of layers) for (const { seat } of changes) layer.changed(seat);
        if (this.#still || changes.length > MOST_FADES) return;
        this.#fades.push(...changes.map((change) => ({ ...change, since: now })));
        this.#fades = this.#fades.slice(-MOST_FADES);
    }

    /** Whether nothing is left to do for decoration now; at rest a tile more of it is made sharp in each frame. */
    #sharpened(view: View, camera: Camera, now: number): boolean {
        if (!this.#scene.backdrop) return true;
        if (this.#looked?.camera !== camera) this.#looked = { camera, since: now };
        const left = this.#looked.since + REST_MS - now;
        if (left <= 0) return this.#layer.sharpen(view);
        clearTimeout(this.#rest);
        this.#rest = setTimeout(this.#again, left + 1);
        return true;
    }

    /** The whole map, small, for the one who is lost. */
    drawOverview(context: CanvasRenderingContext2D, view: View): void {
        const layer = new TileLayer(this.#scene, view.scale);
        layer.paint(view, Infinity, 0);
        layer.draw(context, view);
    }

    #choose(view: View, zooming: boolean): void {
        if (view.scale === this.#layer.scale) return;
        const ratio = view.scale / this.#layer.scale;
        if (zooming && ratio < WORST_RATIO && ratio > 1 / WORST_RATIO) return;
        if (this.#layer !== this.#overview) this.#below = this.#layer;
        const same = view.scale === this.#overview.scale;
        this.#layer = same ? this.#overview : new TileLayer(this.#scene, view.scale);
    }

    /** What a seat was goes slowly. */
    #drawFades(view: View, now: number): boolean {
        this.#fades = this.#fades.filter((fade) => now - fade.since < FADE_MS);
        if (!this.#layer.near) return true;
        const context = this.#context;
        const { map, wanted } = this.#scene;
        for (const { seat, before, since } of this.#fades) {
            const tier = map.tier[seat]!;
            const sprites = this.#layer.sprites(map.sections[sectionOf(map, seat)]!);
            const kind = map.kind[seat]!;
            const from = sprites.at(before, tier, kind, wanted(tier, kind));
            const [x, y] = this.#at(view, seat);
            const edge = sprites.size * (view.scale / this.#layer.scale);
            context.globalAlpha = 1 - (now - since) / FADE_MS;
            context.drawImage(
                sprites.sheet,
                from % sprites.sheet.width,
                Math.floor(from / sprites.sheet.width),
                sprites.size,
                sprites.size,
                x - edge / 2,
                y - edge / 2,
                edge,
                edge,
            );
        }
        context.globalAlpha = 1;
        return this.#fades.length === 0;
    }

    #drawMarks(view: View, { chosen, cursor, keyboard }: Marks): void {
        for (const seat of chosen) this.#drawChosen(view, seat);
        if (cursor === undefined) return;
        const { palette, density } = this.#scene;
        const radius = this.#radius(view, cursor) + 3 * density;
        this.#ring(
            view,
            cursor,
            radius,
            keyboard ? palette.focus : palette.ink,
            (keyboard ? 3 : 1.5) * density,
        );
    }

    /** Filled, with a gap and a ring: yours. */
    #drawChosen(view: View, seat: number): void {
        const { palette, density, map } = this.#scene;
        const radius = this.#radius(view, seat);
        const [x, y] = this.#at(view, seat);
        const context = this.#context;
        const tier = map.tier[seat]!;
        context.beginPath();
        context.arc(x, y, radius + 3.5 * density, 0, 2 * Math.PI);
        context.fillStyle = palette.section;
        context.fill();
        this.#ring(view, seat, radius + 2 * density, palette.ink, 2.5 * density);
        context.translate(x, y);
        const letter = radius < 6 * density ? '' : tierLetter(map, tier);
        const kind = map.kind[seat]!;
        const size = radius - density * 0.5;
        drawSeat(
            context,
            this.#scene,
            kind === 0 || kind === RESTRICTED_VIEW ? size : size * 0.8,
            map.tiers.indexOf(tier),
            kind,
            letter,
        );
        context.setTransform(1, 0, 0, 1, 0, 0);
    }

    #ring(view: View, seat: number, radius: number, colour: string, width: number): void {
        const [x, y] = this.#at(view, seat);
        const context = this.#context;
        context.beginPath();
        context.arc(x, y, radius, 0, 2 * Math.PI);
        context.strokeStyle = colour;
        context.lineWidth = width;
        context.stroke();
    }

    #radius(view: View, seat: number): number {
        const { map, density } = this.#scene;
        const section = map.sections[sectionOf(map, seat)]!;
        return Math.max(section.seatRadius * view.scale, LEAST_MARK_PX * density);
    }

    #at(view: View, seat: number): [number, number] {
        const { map } = this.#scene;
        const [left, top] = offset(this.#scene, view);
        const { box } = map;
        return [(map.x[seat]! - box.left) * view.scale - left, (map.y[seat]! - box.top) * view.scale - top];
    }
}
