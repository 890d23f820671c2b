/** Whether two maps are of the same seats. */

import type { SeatMap } from './expand';
import { nameOf } from './names';

/** Positions are kept to a centimetre. */
const NEAR_CM = 1;

/**
 * Whether two maps have the same seats and areas under the same indexes, so that what is chosen of one is chosen of the
 * other. Tiers, kinds and decoration may differ.
 */
export function sameSeats(a: SeatMap, b: SeatMap): boolean {
    if (a.seatCount !== b.seatCount || a.areas.length !== b.areas.length) return false;
    const areas = a.areas.every(({ name, capacity }, at) => {
        const other = b.areas[at];
        return name === other?.name && capacity === other.capacity;
    });
    return areas && a.x.every((_, seat) => isNear(a, b, seat) && isCalledAlike(a, b, seat));
}

function isNear(a: SeatMap, b: SeatMap, seat: number): boolean {
    const off = (part: 'x' | 'y') => Math.abs((a[part][seat] ?? 0) - (b[part][seat] ?? 0));
    return off('x') <= NEAR_CM && off('y') <= NEAR_CM;
}

function isCalledAlike(a: SeatMap, b: SeatMap, seat: number): boolean {
    const [one, other] = [nameOf(a, seat), nameOf(b, seat)];
    return one.section === other.section && one.row === other.row && one.number === other.number;
}
