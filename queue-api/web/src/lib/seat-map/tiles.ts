/**
 * The map at one scale, painted in tiles that are kept: while it is moved nothing but these bitmaps is drawn, and
 * what comes into sight is painted a few tiles a frame.
 */

import { grow, type Box } from './box';
import type { SectionGeometry } from './expand';
import { stampingGround } from './ground';
import { LETTERS_FROM_PX, SEATS_FROM_PX, type Scene, type View } from './scene';
import { Shades } from './shades';
import { nameRow, paintShapes } from './shapes';
import { Sprites } from './sprites';

/** Edge of a tile, CSS pixels. */
const TILE_PX = 224;
/** Most tiles that are kept. */
const MOST_TILES = 96;
/** Most of them that are painted in a frame where decoration lies under the seats. */
const MOST_DECORATED = 2;
interface Tile {
    canvas: HTMLCanvasElement;
    column: number;
    row: number;
    stale: boolean;
    /** Decoration is as sharp as it can be. */
    sharp: boolean;
}

export class TileLayer {
    /** Device pixels of a centimetre. */
    readonly scale: number;
    /** Whether single seats are drawn. */
    readonly near: boolean;
    readonly #scene: Scene;
    readonly #edge: number;
    readonly #columns: number;
    readonly #rows: number;
    readonly #tiles = new Map<number, Tile>();
    readonly #sprites = new Map<number, Sprites>();
    readonly #shades: Shades;

    constructor(scene: Scene, scale: number) {
        this.#scene = scene;
        this.scale = scale;
        this.#edge = Math.round(TILE_PX * scene.density);
        this.near = this.#pitch() >= SEATS_FROM_PX;
        this.#shades = new Shades(scene);
        this.#shadeAll();
        const { left, top, right, bottom } = scene.map.box;
        this.#columns = Math.ceil(((right - left) * scale) / this.#edge);
        this.#rows = Math.ceil(((bottom - top) * scale) / this.#edge);
    }

    /** Draws what is painted of what is seen. */
    draw(context: CanvasRenderingContext2D, view: View): void {
        const ratio = view.scale / this.scale;
        const [x, y] = offset(this.#scene, view);
        const edge = (at: number) => Math.round(at * this.#edge * ratio);
        for (const [column, row] of this.#seen(view, 0)) {
            const tile = this.#tiles.get(row * this.#columns + column);
            if (!tile) continue;
            const [left, top] = [edge(column) - x, edge(row) - y];
            if (ratio === 1) context.drawImage(tile.canvas, left, top);
            else
                context.drawImage(
                    tile.canvas,
                    left,
                    top,
                    edge(column + 1) - x - left,
                    edge(row + 1) - y - top,
                );
        }
    }

    /** What is seen and not painted, in device pixels of the view. */
    holes(view: View): [x: number, y: number, width: number, height: number][] {
        const ratio = view.scale / this.scale;
        const [x, y] = offset(this.#scene, view);
        const edge = (at: number) => Math.round(at * this.#edge * ratio);
        return this.#seen(view, 0)
            .filter(([column, row]) => !this.#tiles.has(row * this.#columns + column))
            .map(([column, row]) => [
                edge(column) - x,
                edge(row) - y,
                edge(column + 1) - edge(column),
                edge(row + 1) - edge(row),
            ]);
    }

    /** Paints what is missing or has changed, the middle first, and so many tiles around; true: all is done. */
    paint(view: View, until: number, around: number): boolean {
        const wanted = this.#seen(view, around);
        const key = ([column, row]: [number, number]) => row * this.#columns + column;
        const missing = wanted.filter((at) => this.#tiles.get(key(at))?.stale !== false);
        const [x, y] = offset(this.#scene, view);
        const ratio = this.scale / view.scale;
        const [middleX, middleY] = [
            ((x + view.width / 2) * ratio) / this.#edge,
            ((y + view.height / 2) * ratio) / this.#edge,
        ];
        const distance = ([column, row]: [number, number]) =>
            Math.hypot(column + 0.5 - middleX, row + 0.5 - middleY);
        missing.sort((a, b) => distance(a) - distance(b));
        // What bitmaps cost is known only when the frame is shown.
        const most = this.#scene.backdrop && until < Infinity ? MOST_DECORATED : missing.length;
        for (const at of missing.slice(0, most)) {
            if (performance.now() >= until) return false;
            this.#paintTile(...at);
        }
        return most >= missing.length;
    }

    /** Paints the decoration of one tile that is seen as sharp as it can be; true: all of them are. */
    sharpen(view: View): boolean {
        const blurred = this.#seen(view, 0).find(
            ([column, row]) => this.#tiles.get(row * this.#columns + column)?.sharp === false,
        );
        if (blurred) this.#paintTile(...blurred, true);
        return !blurred;
    }

    /** A seat has changed: its tile is painted anew when there is time; from afar, those of its section. */
    changed(seat: number): void {
        const { map } = this.#scene;
        const section = map.sections[map.rowSection[map.row[seat]!]!]!;
        if (!this.near && !this.#shades.update(map.rowSection[map.row[seat]!]!)) return;
        const [x, y] = [map.x[seat]!, map.y[seat]!];
        const box = this.near
            ? grow({ left: x, right: x, top: y, bottom: y }, section.seatRadius)
            : section.box;
        const [first, last] = [this.#cell(box.left, box.top), this.#cell(box.right, box.bottom)];
        for (let row = first[1]; row <= last[1]; row++) {
            for (let column = first[0]; column <= last[0]; column++) {
                const tile = this.#tiles.get(row * this.#columns + column);
                if (tile) tile.stale = true;
            }
        }
    }

    /** Everything has changed. */
    allChanged(): void {
        this.#shadeAll();
        for (const tile of this.#tiles.values()) tile.stale = true;
    }

    /** The seats as they are stamped in a section. */
    sprites(section: SectionGeometry): Sprites {
        const radius = section.seatRadius * this.scale;
        let sprites = this.#sprites.get(radius);
        if (!sprites) this.#sprites.set(radius, (sprites = new Sprites(this.#scene, radius, this.#pitch())));
        return sprites;
    }

    #shadeAll(): void {
        if (!this.near) this.#scene.map.sections.forEach((_, index) => this.#shades.update(index));
    }

    #pitch(): number {
        return (this.#scene.map.pitch * this.scale) / this.#scene.density;
    }

    #cell(x: number, y: number): [column: number, row: number] {
        const { left, top } = this.#scene.map.box;
        return [
            Math.floor(((x - left) * this.scale) / this.#edge),
            Math.floor(((y - top) * this.scale) / this.#edge),
        ];
    }

    /** The tiles that are on the screen, and so many around. */
    #seen(view: View, more: number): [column: number, row: number][] {
        const [x, y] = offset(this.#scene, view);
        const edge = (this.#edge * view.scale) / this.scale;
        const range = (from: number, length: number, count: number): [number, number] => [
            Math.max(0, Math.floor(from / edge) - more),
            Math.min(count - 1, Math.floor((from + length - 1) / edge) + more),
        ];
        const [left, right] = range(x, view.width, this.#columns);
        const [top, bottom] = range(y, view.height, this.#rows);
        const cells: [number, number][] = [];
        for (let row = top; row <= bottom; row++)
            for (let column = left; column <= right; column++) cells.push([column, row]);
        return cells;
    }

    #paintTile(column: number, row: number, sharp = false): void {
        const key = row * this.#columns + column;
        const tile = this.#tiles.get(key) ?? this.#newTile(column, row);
        this.#tiles.delete(key);
        this.#tiles.set(key, tile);
        const context = tile.canvas.getContext('2d');
        if (!context) return;
        const { map, palette } = this.#scene;
        const [x, y] = [column * this.#edge, row * this.#edge];
        const box: Box = {
            left: map.box.left + x / this.scale,
            top: map.box.top + y / this.scale,
            right: map.box.left + (x + this.#edge) / this.scale,
            bottom: map.box.top + (y + this.#edge) / this.scale,
        };
        context.setTransform(1, 0, 0, 1, 0, 0);
        context.fillStyle = palette.ground;
        context.fillRect(0, 0, this.#edge, this.#edge);
        context.setTransform(this.scale, 0, 0, this.scale, -box.left * this.scale, -box.top * this.scale);
        const { backdrop } = this.#scene;
        backdrop?.paint(context, box, sharp);
        tile.sharp = sharp || !backdrop || backdrop.suffices(this.scale);
        paintShapes(context, this.#scene, this.#shades, box, this);
        context.setTransform(1, 0, 0, 1, 0, 0);
        if (this.near) this.#paintSeats(context, box);
        tile.stale = false;
    }

    #newTile(column: number, row: number): Tile {
        const oldest = this.#tiles.size >= MOST_TILES ? this.#tiles.keys().next().value : undefined;
        const reused = oldest === undefined ? undefined : this.#tiles.get(oldest)?.canvas;
        if (oldest !== undefined) this.#tiles.delete(oldest);
        const canvas = reused ?? document.createElement('canvas');
        if (!reused) canvas.width = canvas.height = this.#edge;
        return { canvas, column, row, stale: true, sharp: false };
    }

    #paintSeats(context: CanvasRenderingContext2D, box: Box): void {
        const { map, grid, states, wanted } = this.#scene;
        const named = this.#pitch() >= LETTERS_FROM_PX;
        const edge = this.#edge;
        const { canvas, pixels, show } = stampingGround(edge);
        pixels.fill(0);
        const names: number[] = [];
        grid.within(grow(box, map.pitch * (named ? 2.5 : 0.5)), (seat) => {
            const row = map.row[seat]!;
            const sprites = this.sprites(map.sections[map.rowSection[row]!]!);
            const tier = map.tier[seat]!;
            const kind = map.kind[seat]!;
            const from = sprites.at(states.of(seat), tier, kind, wanted(tier, kind));
            const [x, y] = [(map.x[seat]! - box.left) * this.scale, (map.y[seat]! - box.top) * this.scale];
            sprites.stamp(pixels, edge, from, x, y);
            if (named) names.push(seat);
        });
        show();
        context.drawImage(canvas, 0, 0);
        for (const seat of names) nameRow(context, this.#scene, box, this.scale, seat);
    }
}

/** Where the view begins on the whole map, in whole pixels so that tiles stay sharp. */
export function offset({ map }: Scene, view: View): [x: number, y: number] {
    return [
        Math.round((view.x - map.box.left) * view.scale),
        Math.round((view.y - map.box.top) * view.scale),
    ];
}
