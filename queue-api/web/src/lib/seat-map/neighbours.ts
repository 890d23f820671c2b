/** Where the arrow keys lead: along the row, and to the row before or behind. */

import type { SeatMap } from './expand';
import type { SeatGrid } from './grid';

export type Direction = 'left' | 'right' | 'up' | 'down';

/** How far a step may reach, in seats. */
const REACH_SEATS = 60;
/** Sideways counts this much more than ahead. */
const SIDEWAYS = 2.5;

const VECTORS: Record<Direction, [number, number]> = {
    left: [-1, 0],
    right: [1, 0],
    up: [0, -1],
    down: [0, 1],
};

/** The next seat in a direction of the screen; undefined at the edge of the map. */
export function neighbour(
    map: SeatMap,
    grid: SeatGrid,
    seat: number,
    direction: Direction,
): number | undefined {
    const [dx, dy] = VECTORS[direction];
    const [x, y] = [map.x[seat] ?? 0, map.y[seat] ?? 0];
    // The nearest lie close by: far seats are looked for only where there are none.
    for (let reach = map.pitch * 4; reach <= map.pitch * REACH_SEATS; reach *= 4) {
        let best: number | undefined;
        let least = Infinity;
        const box = { left: x - reach, right: x + reach, top: y - reach, bottom: y + reach };
        grid.within(box, (other) => {
            const [ox, oy] = [(map.x[other] ?? 0) - x, (map.y[other] ?? 0) - y];
            const ahead = ox * dx + oy * dy;
            const aside = Math.abs(ox * dy - oy * dx);
            if (ahead < map.pitch * 0.2 || aside > ahead * 1.5) return;
            const cost = ahead + aside * SIDEWAYS;
            if (cost < least) [least, best] = [cost, other];
        });
        if (best !== undefined) return best;
    }
    return undefined;
}
