/** Points and upright boxes; centimetres of the page, or pixels of the screen. */

export interface Point {
    x: number;
    y: number;
}

export interface Box {
    left: number;
    top: number;
    right: number;
    bottom: number;
}

/** The smallest box around x, y, x, y …; a box without extent around nothing. */
export function boxOf(points: ArrayLike<number>): Box {
    if (points.length < 2) return { left: 0, top: 0, right: 0, bottom: 0 };
    const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    for (let at = 0; at + 1 < points.length; at += 2) {
        const [x, y] = [points[at] ?? 0, points[at + 1] ?? 0];
        box.left = Math.min(box.left, x);
        box.right = Math.max(box.right, x);
        box.top = Math.min(box.top, y);
        box.bottom = Math.max(box.bottom, y);
    }
    return box;
}

export function grow(box: Box, by: number): Box {
    return { left: box.left - by, top: box.top - by, right: box.right + by, bottom: box.bottom + by };
}

export function meet(a: Box, b: Box): boolean {
    return a.left <= b.right && b.left <= a.right && a.top <= b.bottom && b.top <= a.bottom;
}

/** Whether a point lies in a closed outline (x, y, x, y …), by the even-odd rule. */
export function contains(outline: ArrayLike<number>, { x, y }: Point): boolean {
    let inside = false;
    for (let at = 0, before = outline.length - 2; at + 1 < outline.length; before = at, at += 2) {
        const [x1, y1] = [outline[before] ?? 0, outline[before + 1] ?? 0];
        const [x2, y2] = [outline[at] ?? 0, outline[at + 1] ?? 0];
        if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
    }
    return inside;
}
