/** What sections, areas and landmarks say on the map; each text is painted once and stamped from then on. */

import { contains, meet, type Box, type Point } from './box';
import type { Region, SectionGeometry } from './expand';
import { SEATS_FROM_PX, type Scene, type View } from './scene';
import { cheapestFree } from './shades';
import { offset } from './tiles';

const NAME_PX = 13;
const OFFER_PX = 11.5;
const SMALLER_PX: Partial<Record<Style, number>> = { small: 10, tiny: 9 };
const LINE = 1.25;
const PADDING_PX = 4;
/** Up to this distance of seats a section says its name in its middle; from there on where no seats are, if it can be. */
const NAMES_TO_PX = 11;
const MOST_LABELS = 1_000;

type Style = 'section' | 'chip' | 'landmark' | 'small' | 'tiny';

export class Labels {
    readonly #scene: Scene;
    readonly #made = new Map<string, HTMLCanvasElement>();
    #counted: { scale: number; balance: Map<number, number> } | undefined;

    constructor(scene: Scene) {
        this.#scene = scene;
    }

    draw(context: CanvasRenderingContext2D, view: View): void {
        const { map, wanted, states, offer, backdrop } = this.#scene;
        const pitch = (map.pitch * view.scale) / this.#scene.density;
        map.landmarks.forEach((landmark, index) => {
            if (backdrop?.tells(map.document.landmarks?.[index])) return;
            this.#label(context, view, landmark, 'landmark', [[landmark.name]]);
        });
        map.areas.forEach((area, index) => {
            const left = wanted(area.tier, 0) && states.areas[index] !== 0;
            const says = offer(left ? area.tier : undefined, true);
            this.#label(context, view, area, 'section', [[area.name, says], [area.name]]);
        });
        if (pitch >= NAMES_TO_PX) {
            if (map.sections.length > 1) this.#nameAbove(context, view);
            return;
        }
        map.sections.forEach((section, index) => {
            const brief = briefOf(section);
            if (pitch >= SEATS_FROM_PX) {
                this.#label(context, view, section, 'chip', [[section.name], [brief]]);
                return;
            }
            const says = offer(cheapestFree(this.#scene, index), false);
            const texts = [[section.name, says], [brief, says], [brief]];
            if (this.#label(context, view, section, 'section', texts) || this.#isCrowded(section, view))
                return;
            if (!this.#label(context, view, section, 'small', [[brief]]))
                this.#label(context, view, section, 'tiny', [[brief]]);
        });
    }

    /** Whether of a section's tier not even half find room for a number: rather none then than a few by chance. */
    #isCrowded({ firstSeat }: SectionGeometry, { scale }: View): boolean {
        const { map } = this.#scene;
        const tierOf = (seat: number) => map.tier[seat] ?? 0;
        if (this.#counted?.scale !== scale) {
            const balance = new Map<number, number>();
            for (const section of map.sections) {
                const tier = tierOf(section.firstSeat);
                const room = fits(section, this.#sprite([briefOf(section)], 'tiny'), scale) ? 1 : -1;
                balance.set(tier, (balance.get(tier) ?? 0) + room);
            }
            this.#counted = { scale, balance };
        }
        return (this.#counted.balance.get(tierOf(firstSeat)) ?? 0) < 0;
    }

    /** Seen from near a section says its name at the upper end of what is seen of it. */
    #nameAbove(context: CanvasRenderingContext2D, view: View): void {
        const { x, y, scale } = view;
        const seen = { left: x, top: y, right: x + view.width / scale, bottom: y + view.height / scale };
        for (const section of this.#scene.map.sections) {
            if (!meet(section.box, seen)) continue;
            const sprite = this.#sprite([section.name], 'chip');
            const at = upperRoom(section, seen, sprite.width / scale, sprite.height / scale);
            if (at) context.drawImage(sprite, ...this.#corner(view, at, sprite));
        }
    }

    /** Where the upper left corner of a bitmap is whose middle lies there, in pixels. */
    #corner(view: View, at: Point, { width, height }: HTMLCanvasElement): [x: number, y: number] {
        const [left, top] = offset(this.#scene, view);
        const { box } = this.#scene.map;
        return [
            Math.round((at.x - box.left) * view.scale - left - width / 2),
            Math.round((at.y - box.top) * view.scale - top - height / 2),
        ];
    }

    /** The fullest of the texts that fits into the shape; a chip lies over it and needs only its width. */
    #label(
        context: CanvasRenderingContext2D,
        view: View,
        shape: Place,
        style: Style,
        texts: string[][],
    ): boolean {
        const { scale } = view;
        const [x, y] = [(shape.middle.x - view.x) * scale, (shape.middle.y - view.y) * scale];
        const width = (shape.box.right - shape.box.left) * scale;
        const height = (shape.box.bottom - shape.box.top) * scale;
        if (x < -width || y < -height || x > view.width + width || y > view.height + height) return true;
        for (const lines of texts) {
            const sprite = this.#sprite(lines, style);
            if (sprite.width > width || !(style === 'chip' || fits(shape, sprite, scale))) continue;
            context.drawImage(sprite, ...this.#corner(view, shape.middle, sprite));
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
        const namePx = SMALLER_PX[style] ?? NAME_PX;
        const fonts = [
            `650 ${namePx * density}px ${palette.font}`,
            `500 ${OFFER_PX * density}px ${palette.font}`,
        ];
        const set = (line: number) => (context.font = fonts[line] ?? '');
        const widths = lines.map((text, line) => (set(line), context.measureText(text).width));
        const heights = lines.map((_, line) => (line === 0 ? namePx : OFFER_PX) * LINE * density);
        const padding = (namePx < NAME_PX ? 1 : PADDING_PX) * density;
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

/** The last word of a section's name: the number of a block. */
function briefOf({ name }: SectionGeometry): string {
    return name.split(' ').at(-1) ?? '';
}

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

/** The middle of a text so large: as far up in the seen part of a shape as that is as wide, and whole within what is seen. */
export function upperRoom(
    { box, outline }: Pick<Place, 'box' | 'outline'>,
    seen: Box,
    width: number,
    height: number,
): Point | undefined {
    const edge = height * 0.7;
    const bottom = Math.min(box.bottom, seen.bottom - edge);
    for (let y = Math.max(box.top, seen.top + edge); y < bottom; y += height / 2) {
        const ends: number[] = [];
        for (let at = 0, before = outline.length - 2; at < outline.length; before = at, at += 2) {
            const [x1, y1, x2, y2] = [outline[before]!, outline[before + 1]!, outline[at]!, outline[at + 1]!];
            if (y1 > y !== y2 > y) ends.push(x1 + ((x2 - x1) * (y - y1)) / (y2 - y1));
        }
        ends.sort((a, b) => a - b);
        for (let at = 0; at < ends.length; at += 2) {
            const [from, to] = [Math.max(seen.left, ends[at]!), Math.min(seen.right, ends[at + 1]!)];
            // Above it, where that is in sight: no seat lies under its own section's name.
            if (to - from >= width)
                return { x: (from + to) / 2, y: Math.max(y - height * 0.6, seen.top + edge) };
        }
    }
    return undefined;
}
