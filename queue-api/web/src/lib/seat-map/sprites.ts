/** Seats as they are stamped: one bitmap holds each state and tier in one size. Shape says the state, never hue alone. */

import { tierColour } from './palette';
import { LETTERS_FROM_PX, tierLetter, type Scene } from './scene';
import { BLOCKED, FREE, HELD, SOLD, type SeatState } from './states';

/** Sprites beside the free seats of each tier. */
const OTHER = [HELD, SOLD, BLOCKED, 'dim'] as const;

export class Sprites {
    readonly sheet: HTMLCanvasElement;
    /** Edge of a sprite, device pixels. */
    readonly size: number;
    readonly #tierAt: Map<number, number>;

    /** For seats of `radius` device pixels, drawn `pitch` CSS pixels apart. */
    constructor(scene: Scene, radius: number, pitch: number) {
        const tiers = scene.map.tiers;
        this.#tierAt = new Map(tiers.map((tier, at) => [tier, at]));
        this.size = Math.ceil(radius * 2) + 2;
        this.sheet = document.createElement('canvas');
        this.sheet.width = this.size * (tiers.length + OTHER.length);
        this.sheet.height = this.size;
        const context = this.sheet.getContext('2d');
        if (!context) return;
        tiers.forEach((tier, at) => {
            this.#enter(context, at);
            drawFree(context, scene, radius, at, pitch >= LETTERS_FROM_PX ? tierLetter(scene.map, tier) : '');
        });
        OTHER.forEach((kind, at) => {
            this.#enter(context, tiers.length + at);
            drawOther(context, scene, radius, kind);
        });
    }

    /** Where the sprite of a seat begins on the sheet. */
    at(state: SeatState, tier: number, wanted: boolean): number {
        const tiers = this.#tierAt.size;
        if (state === FREE) return (wanted ? (this.#tierAt.get(tier) ?? 0) : tiers + 3) * this.size;
        return (tiers + state - 1) * this.size;
    }

    #enter(context: CanvasRenderingContext2D, at: number): void {
        context.setTransform(1, 0, 0, 1, (at + 0.5) * this.size, this.size / 2);
    }
}

function circle(context: CanvasRenderingContext2D, radius: number): void {
    context.beginPath();
    context.arc(0, 0, Math.max(0.5, radius), 0, 2 * Math.PI);
}

function drawFree(
    context: CanvasRenderingContext2D,
    { palette }: Scene,
    radius: number,
    at: number,
    letter: string,
): void {
    context.fillStyle = tierColour(palette, at);
    circle(context, radius);
    context.fill();
    if (!letter) return;
    context.fillStyle = palette.onTier;
    context.font = `700 ${Math.round(radius * (letter.length > 1 ? 0.85 : 1.1))}px ${palette.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(letter, 0, radius * 0.07);
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
