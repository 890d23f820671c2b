/** Sections, areas and landmarks on a tile, and the names at the ends of rows. */

import { meet, type Box } from './box';
import type { Region } from './expand';
import { rowNameOf } from './names';
import type { Scene } from './scene';
import type { Shades } from './shades';

/** Of a section's ground, where decoration lies under it. */
const OVER_BACKDROP = 0.72;

/** Paints what is no seat; the context is in centimetres of the page. `scale`: device pixels of a centimetre. */
export function paintShapes(
    context: CanvasRenderingContext2D,
    { map, palette, density, backdrop }: Scene,
    shades: Shades,
    box: Box,
    { scale, near }: { scale: number; near: boolean },
): void {
    context.lineJoin = 'round';
    const draw = (region: Pick<Region, 'outline' | 'box'>, fill: string, line: string, width: number) => {
        if (!meet(region.box, box)) return;
        trace(context, region.outline);
        context.globalAlpha = backdrop ? OVER_BACKDROP : 1;
        context.fillStyle = fill;
        context.fill();
        context.globalAlpha = 1;
        context.lineWidth = (width * density) / scale;
        context.strokeStyle = line;
        context.stroke();
    };
    map.landmarks.forEach((landmark, index) => {
        if (!backdrop?.tells(map.document.landmarks?.[index]))
            draw(landmark, palette.landmark, palette.line, 1);
    });
    map.areas.forEach((area, index) => {
        draw(area, ...shades.ofArea(index), 1.5);
    });
    map.sections.forEach((section, index) => {
        if (!meet(section.box, box)) return;
        if (near) draw(section, palette.section, palette.line, 1);
        else draw(section, ...shades.ofSection(index), 1.25);
    });
}

/** At both ends of a row stands its name. */
export function nameRow(
    context: CanvasRenderingContext2D,
    { map, palette, density }: Scene,
    box: Box,
    scale: number,
    seat: number,
): void {
    const row = map.row[seat]!;
    const [first, last] = [map.rowFirst[row]!, map.rowFirst[row + 1]! - 1];
    if (seat !== first && seat !== last) return;
    const inner = seat === first ? Math.min(first + 1, last) : Math.max(last - 1, first);
    const [dx, dy] = [map.x[seat]! - map.x[inner]!, map.y[seat]! - map.y[inner]!];
    const length = Math.hypot(dx, dy) || 1;
    const out = map.pitch * 0.95;
    const x = map.x[seat]! + (first === last ? -out : (dx / length) * out);
    const y = map.y[seat]! + (dy / length) * out;
    context.fillStyle = palette.inkSoft;
    context.font = `600 ${Math.round(Math.min(14 * density, map.pitch * scale * 0.45))}px ${palette.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(rowNameOf(map, row), (x - box.left) * scale, (y - box.top) * scale);
}

function trace(context: CanvasRenderingContext2D, outline: Float32Array): void {
    context.beginPath();
    for (let at = 0; at + 1 < outline.length; at += 2) context.lineTo(outline[at]!, outline[at + 1]!);
    context.closePath();
}
