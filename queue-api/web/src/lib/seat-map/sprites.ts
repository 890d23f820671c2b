/** Seats as they are stamped: one bitmap holds each state, tier and kind in one size. Shape says the state, never hue alone. */

import { LETTERS_FROM_PX, tierLetter, type Scene } from './scene';
import { circle, drawSeat } from './signs';
import { BLOCKED, FREE, HELD, SOLD, type SeatState } from './states';

/** Sprites beside the free seats of each tier. */
const OTHER = [HELD, SOLD, BLOCKED, 'dim'] as const;
/** Each sprite is there four times, half a pixel apart: whole pixels alone would make rows uneven. */
const HALVES = 4;

export class Sprites {
    readonly sheet: HTMLCanvasElement;
    /** Edge of a sprite, device pixels. */
    readonly size: number;
    /** The sheet as it is in memory, one number a pixel. */
    readonly #pixels: Uint32Array;
    readonly #tierAt: Map<number, number>;
    /** Which lines of the sheet have the free seats of a kind. */
    readonly #kindAt: Map<number, number>;

    /** For seats of `radius` device pixels, drawn `pitch` CSS pixels apart. */
    constructor(scene: Scene, radius: number, pitch: number) {
        const tiers = scene.map.tiers;
        const kinds = [0, ...scene.map.kinds];
        this.#tierAt = new Map(tiers.map((tier, at) => [tier, at]));
        this.#kindAt = new Map(kinds.map((kind, at) => [kind, at]));
        this.size = Math.ceil(radius * 2) + 3;
        this.sheet = document.createElement('canvas');
        const width = (this.sheet.width = this.size * (tiers.length + OTHER.length));
        const height = (this.sheet.height = this.size * HALVES * kinds.length);
        this.#pixels = new Uint32Array(width * height);
        const context = this.sheet.getContext('2d', { willReadFrequently: true });
        if (!context) return;
        const letters = tiers.map((tier) => (pitch >= LETTERS_FROM_PX ? tierLetter(scene.map, tier) : ''));
        for (let line = 0; line < HALVES * kinds.length; line++) {
            const half = line % HALVES;
            const kind = kinds[(line - half) / HALVES]!;
            const enter = (at: number) => {
                const [x, y] = [(at + 0.5) * this.size, (line + 0.5) * this.size];
                context.setTransform(1, 0, 0, 1, x + (half & 1) / 2, y + (half >> 1) / 2);
            };
            letters.forEach((letter, at) => {
                enter(at);
                drawSeat(context, scene, radius, at, kind, letter);
            });
            OTHER.forEach((other, at) => {
                if (kind > 0) return;
                enter(tiers.length + at);
                drawOther(context, scene, radius, other);
            });
        }
        this.#pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
    }

    /** Where the sprite of a seat begins on the sheet. */
    at(state: SeatState, tier: number, kind: number, wanted: boolean): number {
        const tiers = this.#tierAt.size;
        if (state !== FREE) return (tiers + state - 1) * this.size;
        if (!wanted) return (tiers + 3) * this.size;
        const line = (this.#kindAt.get(kind) ?? 0) * HALVES * this.size;
        return line * this.sheet.width + (this.#tierAt.get(tier) ?? 0) * this.size;
    }

    /**
     * Copies a sprite, its middle at x, y, to a square of pixels. Far quicker than asking a canvas to, thousands of times.
     * Where sprites meet, the less transparent pixel stays.
     */
    stamp(onto: Uint32Array, edge: number, from: number, x: number, y: number): void {
        const { size } = this;
        const [left, top] = [x - size / 2, y - size / 2];
        const [column, row] = [Math.floor(left), Math.floor(top)];
        const half = (left - column >= 0.5 ? 1 : 0) + (top - row >= 0.5 ? 2 : 0);
        const pixels = this.#pixels;
        const width = this.sheet.width;
        const [firstX, endX] = [Math.max(0, -column), Math.min(size, edge - column)];
        const [firstY, endY] = [Math.max(0, -row), Math.min(size, edge - row)];
        for (let dy = firstY; dy < endY; dy++) {
            const source = (half * size + dy) * width + from;
            const target = (row + dy) * edge + column;
            for (let dx = firstX; dx < endX; dx++) {
                const pixel = pixels[source + dx]!;
                if (pixel >>> 24 > onto[target + dx]! >>> 24) onto[target + dx] = pixel;
            }
        }
    }
}

function drawOther(
    context: CanvasRenderingContext2D,
    { palette, density }: Scene,
    radius: number,
    kind: (typeof OTHER)[number],
): void {
    const small = radius < 4 * density;
    context.lineWidth = Math.max(density * 0.75, radius * 0.14);
    context.strokeStyle = kind === 'dim' ? palette.line : palette.lineStrong;
    context.fillStyle = palette.line;
    if (kind === BLOCKED) {
        circle(context, radius * 0.3);
        context.fill();
    } else if (kind === SOLD) {
        const arm = radius * (small ? 0.45 : 0.5);
        context.beginPath();
        context.moveTo(-arm, -arm);
        context.lineTo(arm, arm);
        context.moveTo(arm, -arm);
        context.lineTo(-arm, arm);
        context.stroke();
    } else {
        circle(context, radius - context.lineWidth / 2);
        context.stroke();
        if (kind === HELD && !small) hatch(context, radius);
    }
}

function hatch(context: CanvasRenderingContext2D, radius: number): void {
    context.save();
    circle(context, radius);
    context.clip();
    context.lineWidth = radius * 0.18;
    context.beginPath();
    for (let offset = -2 * radius; offset <= 2 * radius; offset += radius * 0.55) {
        context.moveTo(offset - radius, radius);
        context.lineTo(offset + radius, -radius);
    }
    context.stroke();
    context.restore();
}
