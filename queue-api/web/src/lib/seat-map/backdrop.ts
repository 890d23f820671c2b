/** Decoration under the seats: a drawing, kept as one bitmap for whatever moves and drawn sharp for what rests. */

import { meet, type Box } from './box';
import { mapFile, type Background, type Landmark } from './document';

/** Longer edge of the bitmap. */
const RASTER_PX = 2_048;
/** In the dark its colours are turned round, hues kept. */
const DARK = 'invert(0.92) hue-rotate(180deg)';

export class Backdrop {
    readonly box: Box;
    readonly #image: HTMLImageElement;
    readonly #dark: boolean;
    readonly #worded: boolean;
    readonly #raster: HTMLCanvasElement;

    /** `worded`: something is written in the drawing. */
    constructor(background: Background, image: HTMLImageElement, worded: boolean, dark: boolean) {
        const { x_cm: left, y_cm: top, width_cm: width, height_cm: height } = background;
        this.box = { left, top, right: left + width, bottom: top + height };
        [this.#image, this.#worded, this.#dark] = [image, worded, dark];
        const scale = RASTER_PX / Math.max(width, height, 1);
        this.#raster = document.createElement('canvas');
        this.#raster.width = Math.max(1, Math.round(width * scale));
        this.#raster.height = Math.max(1, Math.round(height * scale));
        const context = this.#raster.getContext('2d');
        if (dark && context) context.filter = DARK;
        context?.drawImage(image, 0, 0, this.#raster.width, this.#raster.height);
    }

    /**
     * Whether a landmark is left to the drawing: it is an outline, as those that came with it are, and is drawn there,
     * with what is written on it.
     */
    tells(landmark: Landmark | undefined): boolean {
        return this.#worded && landmark?.shape.kind === 'polygon';
    }

    /** Whether the bitmap has all that can be seen at so many device pixels a centimetre. */
    suffices(scale: number): boolean {
        return (this.box.right - this.box.left) * scale <= this.#raster.width;
    }

    /** Paints what lies in a box, in centimetres of the page: from the bitmap, or `sharp` from the drawing itself. */
    paint(context: CanvasRenderingContext2D, within: Box, sharp: boolean): void {
        if (!meet(this.box, within)) return;
        const { left, top, right, bottom } = this.box;
        const filter = sharp && this.#dark;
        if (filter) context.filter = DARK;
        if (sharp) context.drawImage(this.#image, left, top, right - left, bottom - top);
        else
            this.#paintPart(context, {
                left: Math.max(left, within.left),
                top: Math.max(top, within.top),
                right: Math.min(right, within.right),
                bottom: Math.min(bottom, within.bottom),
            });
        if (filter) context.filter = 'none';
    }

    /** No more of the bitmap than is seen: the rest would be scaled in vain. */
    #paintPart(context: CanvasRenderingContext2D, part: Box): void {
        const scale = this.#raster.width / (this.box.right - this.box.left);
        const [width, height] = [part.right - part.left, part.bottom - part.top];
        const [x, y] = [(part.left - this.box.left) * scale, (part.top - this.box.top) * scale];
        context.drawImage(
            this.#raster,
            x,
            y,
            width * scale,
            height * scale,
            part.left,
            part.top,
            width,
            height,
        );
    }
}

/** Loads a background; nothing where it cannot be had, for seats are seen without. */
export async function loadBackdrop(
    background: Background,
): Promise<((dark: boolean) => Backdrop) | undefined> {
    const image = new Image();
    image.src = mapFile(background.file);
    try {
        await image.decode();
    } catch {
        return undefined;
    }
    const worded = await hasWords(image.src);
    return (dark) => new Backdrop(background, image, worded, dark);
}

/** Whether anything is written in a drawing that was just loaded, and so is kept by the browser. */
async function hasWords(address: string): Promise<boolean> {
    try {
        return /<(\w+:)?text\b/.test(await (await fetch(address)).text());
    } catch {
        return false;
    }
}
