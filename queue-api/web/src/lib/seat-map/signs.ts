/** Seats as they are drawn: shape says what a seat is, never hue alone; its letter says the price. */

import { COMPANION, RESTRICTED_VIEW, WHEELCHAIR } from './document';
import { tierColour } from './palette';
import type { Scene } from './scene';

/** From this radius on there is room for signs, CSS pixels. */
const SIGNS_FROM_PX = 4;
/** Of a disc with a restricted view, the part of the radius below the middle that is filled. */
const CUT = 0.3;

export function circle(context: CanvasRenderingContext2D, radius: number): void {
    context.beginPath();
    context.arc(0, 0, Math.max(0.5, radius), 0, 2 * Math.PI);
}

/** A free seat around the origin, of a tier by its position: a disc, a tile with a sign, or a disc that is cut off. */
export function drawSeat(
    context: CanvasRenderingContext2D,
    { palette, density }: Pick<Scene, 'palette' | 'density'>,
    radius: number,
    tierAt: number,
    kind: number,
    letter: string,
): void {
    context.fillStyle = context.strokeStyle = tierColour(palette, tierAt);
    if (kind === WHEELCHAIR || kind === COMPANION) {
        context.beginPath();
        context.roundRect(-radius, -radius, 2 * radius, 2 * radius, radius * 0.35);
        context.fill();
        context.fillStyle = context.strokeStyle = palette.onTier;
        const sign = kind === WHEELCHAIR ? wheelchair : person;
        if (radius >= SIGNS_FROM_PX * density) sign(context, radius);
        return;
    }
    if (kind === RESTRICTED_VIEW) {
        const from = Math.asin(CUT);
        context.lineWidth = Math.max(density * 0.75, radius * 0.16);
        circle(context, radius - context.lineWidth / 2);
        context.stroke();
        context.beginPath();
        context.arc(0, 0, Math.max(0.5, radius), from, Math.PI - from, true);
    } else circle(context, radius);
    context.fill();
    if (!letter) return;
    const share = kind === RESTRICTED_VIEW ? 0.8 : 1;
    context.fillStyle = palette.onTier;
    context.font = `700 ${Math.round(radius * (letter.length > 1 ? 0.85 : 1.1) * share)}px ${palette.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(letter, 0, radius * (share < 1 ? -0.22 : 0.07));
}

function wheelchair(context: CanvasRenderingContext2D, radius: number): void {
    const r = radius * 0.92;
    context.lineWidth = r * 0.19;
    context.lineCap = context.lineJoin = 'round';
    context.beginPath();
    context.arc(-0.1 * r, -0.66 * r, 0.17 * r, 0, 2 * Math.PI);
    context.fill();
    context.beginPath();
    context.moveTo(-0.1 * r, -0.38 * r);
    context.lineTo(-0.06 * r, 0.1 * r);
    context.lineTo(0.38 * r, 0.1 * r);
    context.lineTo(0.6 * r, 0.62 * r);
    context.moveTo(-0.08 * r, -0.13 * r);
    context.lineTo(0.28 * r, -0.13 * r);
    context.stroke();
    context.beginPath();
    context.arc(-0.1 * r, 0.28 * r, 0.43 * r, -2.15, 0.6, true);
    context.stroke();
}

function person(context: CanvasRenderingContext2D, radius: number): void {
    context.beginPath();
    context.arc(0, -0.33 * radius, 0.27 * radius, 0, 2 * Math.PI);
    context.fill();
    context.beginPath();
    context.arc(0, 0.62 * radius, 0.52 * radius, Math.PI, 2 * Math.PI);
    context.closePath();
    context.fill();
}
