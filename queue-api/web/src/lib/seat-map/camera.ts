/** What part of the page is seen: pixels = (centimetres - origin) * scale. Pure; the view holds the current one. */

import type { Box, Point } from './box';

export interface Camera {
    /** Page coordinates of the screen's upper left corner, centimetres. */
    x: number;
    y: number;
    /** CSS pixels of a centimetre. */
    scale: number;
}

export interface Size {
    width: number;
    height: number;
}

/** Seats stop growing here: pixels from seat to seat. */
const LARGEST_PITCH = 56;
const FIT_MARGIN = 16;

export function toPage(camera: Camera, at: Point): Point {
    return { x: camera.x + at.x / camera.scale, y: camera.y + at.y / camera.scale };
}

export function toScreen(camera: Camera, at: Point): Point {
    return { x: (at.x - camera.x) * camera.scale, y: (at.y - camera.y) * camera.scale };
}

/** What of the page is on the screen. */
export function seen(camera: Camera, size: Size): Box {
    const end = toPage(camera, { x: size.width, y: size.height });
    return { left: camera.x, top: camera.y, right: end.x, bottom: end.y };
}

/** Shows a box whole, in the middle. */
export function fit(box: Box, size: Size, margin = FIT_MARGIN): Camera {
    const [width, height] = [Math.max(1, box.right - box.left), Math.max(1, box.bottom - box.top)];
    const room = (length: number) => Math.max(1, length - 2 * margin);
    const scale = Math.min(room(size.width) / width, room(size.height) / height);
    return centred({ x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 }, scale, size);
}

export function centred(middle: Point, scale: number, size: Size): Camera {
    return { x: middle.x - size.width / 2 / scale, y: middle.y - size.height / 2 / scale, scale };
}

/** Zooms so that what lies under `at` (pixels) stays there. */
export function zoomedAt(camera: Camera, at: Point, factor: number, limits: Limits): Camera {
    const scale = Math.min(limits.most, Math.max(limits.least, camera.scale * factor));
    const under = toPage(camera, at);
    return { x: under.x - at.x / scale, y: under.y - at.y / scale, scale };
}

export function moved(camera: Camera, dx: number, dy: number): Camera {
    return { ...camera, x: camera.x - dx / camera.scale, y: camera.y - dy / camera.scale };
}

export interface Limits {
    least: number;
    most: number;
}

/** From the whole map to seats that a finger hits. */
export function limitsOf(box: Box, pitch: number, size: Size): Limits {
    const whole = fit(box, size).scale;
    return { least: whole, most: Math.max(whole, LARGEST_PITCH / pitch) };
}

/** Keeps the page on the screen: centred where it is smaller, without empty borders where it is larger. */
export function kept(camera: Camera, box: Box, size: Size): Camera {
    const axis = (origin: number, from: number, to: number, pixels: number) => {
        const [length, border] = [pixels / camera.scale, FIT_MARGIN / camera.scale];
        if (to - from + 2 * border <= length) return (from + to - length) / 2;
        return Math.min(to + border - length, Math.max(from - border, origin));
    };
    return {
        x: axis(camera.x, box.left, box.right, size.width),
        y: axis(camera.y, box.top, box.bottom, size.height),
        scale: camera.scale,
    };
}

/** Where a picture of the whole shows what is seen of it. */
export function framed(whole: Box, part: Box, size: Size): Box {
    const camera = fit(whole, size, 0);
    const clip = (at: number, most: number) => Math.min(most, Math.max(0, at));
    const place = (x: number, y: number) => {
        const at = toScreen(camera, { x, y });
        return [clip(at.x, size.width), clip(at.y, size.height)] as const;
    };
    const [left, top] = place(part.left, part.top);
    const [right, bottom] = place(part.right, part.bottom);
    return { left, top, right, bottom };
}

/** Between two cameras, `share` from 0 to 1: the scale by ratio, so that zooming seems even. */
export function between(from: Camera, to: Camera, share: number, size: Size): Camera {
    const scale = from.scale * (to.scale / from.scale) ** share;
    const [a, b] = [seen(from, size), seen(to, size)];
    // As the scale goes, so goes the middle: straight on the screen.
    const part =
        Math.abs(to.scale - from.scale) < 1e-9
            ? share
            : (1 / from.scale - 1 / scale) / (1 / from.scale - 1 / to.scale);
    const mean = (one: number, two: number) => one + (two - one) * part;
    const middle = {
        x: mean((a.left + a.right) / 2, (b.left + b.right) / 2),
        y: mean((a.top + a.bottom) / 2, (b.top + b.bottom) / 2),
    };
    return centred(middle, scale, size);
}

/** Slows down towards the end. */
export function eased(share: number): number {
    return 1 - (1 - share) ** 3;
}
