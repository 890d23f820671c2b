/** What sections, areas and landmarks say on the map; each text is painted once and stamped from then on. */

import { contains } from './box';
import type { Region, SectionGeometry } from './expand';
import { SEATS_FROM_PX, type Scene, type View } from './scene';
import { cheapestFree } from './shades';
import { offset } from './tiles';

const NAME_PX = 13;
const OFFER_PX = 11.5;
const SMALL_PX = 10;
const LINE = 1.25;
const PADDING_PX = 4;
/** Up to this distance of seats a section still says its name. */
const NAMES_TO_PX = 11;
const MOST_LABELS = 1_000;

type Style = 'section' | 'chip' | 'landmark' | 'small';

export class Labels {
    readonly #scene: Scene;
    readonly #made = new Map<string, HTMLCanvasElement>();

    constructor(scene: Scene) {
        this.#scene = scene;
    }

    draw(context: CanvasRenderingContext2D, view: View): void {
        const { map, wanted, states, offer } = this.#scene;
        const pitch = (map.pitch * view.scale) / this.#scene.density;
        for (const landmark of map.landmarks)
            this.#label(context, view, landmark, 'landmark', [[landmark.name]]);
        map.areas.forEach((area, index) => {
            const left = wanted(area.tier, 0) && states.areas[index] !== 0;
            const says = offer(left ? area.tier : undefined, true);
            this.#label(context, view, area, 'section', [[area.name, says], [area.name]]);
        });
        if (pitch >= NAMES_TO_PX) return;
        map.sections.forEach((section, index) => {
            const brief = section.name.split(' ').at(-1) ?? '';
            if (pitch >= SEATS_FROM_PX) {
                this.#label(context, view, section, 'chip', [[section.name], [brief]]);
                return;
            }
            const says = offer(cheapestFree(this.#scene, index), false);
            const texts = [[section.name, says], [brief, says], [brief]];
            if (!this.#label(context, view, section, 'section', texts)) {
                this.#label(context, view, section, 'small', [[brief]]);
            }
        });
    }

    /** The fullest of the texts that fits into the shape; a chip lies over it and needs only its width. */
    #label(
        context: CanvasRenderingContext2D,
        view: View,
        shape: Place,
        style: Style,
        texts: string[][],
    ): boolean {
        const [left, top] = offset(this.#scene, view);
        const { box } = this.#scene.map;
        const x = (shape.middle.x - box.left) * view.scale - left;
        const y = (shape.middle.y - box.top) * view.scale - top;
        const width = (shape.box.right - shape.box.left) * view.scale;
        const height = (shape.box.bottom - shape.box.top) * view.scale;
        if (x < -width || y < -height || x > view.width + width || y > view.height + height) return true;
        for (const lines of texts) {
            const sprite = this.#sprite(lines, style);
            if (sprite.width > width || !(style === 'chip' || fits(shape, sprite, view.scale))) continue;
            context.drawImage(sprite, Math.round(x - sprite.width / 2), Math.round(y - sprite.height / 2));
            return true;
        }
        return false;
    }

    #sprite(lines: string[], style: Style): HTMLCanvasElement {
        const key = `${style}\n${lines.join('\n')}`;
        let sprite = this.#made.get(key);
        if (sprite) return sprite;
        if (this.#made.size >= MOST_LABELS) this.#made.clear();
        this.#made.set(key, (sprite = this.#paint(lines, style)));
        return sprite;
    }

    #paint(lines: string[], style: Style): HTMLCanvasElement {
        const { palette, density } = this.#scene;
        const canvas = document.createElement('canvas');
        const context = canvas.getContext('2d');
        if (!context) return canvas;
        const namePx = style === 'small' ? SMALL_PX : NAME_PX;
        const fonts = [
            `650 ${namePx * density}px ${palette.font}`,
            `500 ${OFFER_PX * density}px ${palette.font}`,
        ];
        const set = (line: number) => (context.font = fonts[line] ?? '');
        const widths = lines.map((text, line) => (set(line), context.measureText(text).width));
        const heights = lines.map((_, line) => (line === 0 ? namePx : OFFER_PX) * LINE * density);
        const padding = (style === 'small' ? 1 : PADDING_PX) * density;
        canvas.width = Math.ceil(Math.max(...widths) + 2 * padding);
        canvas.height = Math.ceil(heights.reduce((sum, height) => sum + height, 0) + padding);
        if (style === 'chip') {
            context.globalAlpha = 0.88;
            context.fillStyle = palette.section;
            context.beginPath();
            context.roundRect(0, 0, canvas.width, canvas.height, canvas.height / 2);
            context.fill();
            context.globalAlpha = 1;
        }
        context.fillStyle = style === 'landmark' ? palette.inkSoft : palette.ink;
        context.textAlign = 'center';
        context.textBaseline = 'middle';
        let y = padding / 2;
        lines.forEach((text, line) => {
            set(line);
            context.fillText(text, canvas.width / 2, y + heights[line]! / 2);
            y += heights[line]!;
        });
        return canvas;
    }
}

type Place = Pick<Region | SectionGeometry, 'box' | 'middle' | 'outline'>;

/** Whether the corners of a bitmap in the middle of a shape lie within it, give or take its padding. */
function fits({ outline, middle }: Place, { width, height }: HTMLCanvasElement, scale: number): boolean {
    const [x, y] = [(width / 2 / scale) * 0.94, (height / 2 / scale) * 0.9];
    const corners = [
        [-x, -y],
        [x, -y],
        [x, y],
        [-x, y],
    ] as const;
    return corners.every(([dx, dy]) => contains(outline, { x: middle.x + dx, y: middle.y + dy }));
}
