/** When seats are lost: the nearest that are as good, of the same tier and kind, side by side as they were. */

import type { SeatMap } from './expand';
import { stretches } from './names';
import type { SeatStates } from './states';

/** Another row is as far as this many centimetres along the same one. */
const OTHER_ROW_CM = 150;

/** As many free seats as were lost, or none at all. Those in `kept` are the fan's already, so they are no offer. */
export function nearestEqual(
    map: SeatMap,
    states: SeatStates,
    lost: readonly number[],
    kept: readonly number[] = [],
): number[] {
    const taken = new Set([...kept, ...lost]);
    const first = lost[0];
    if (first === undefined) return [];
    const alike = new Set(lost.map((seat) => `${map.tier[seat]} ${map.kind[seat]}`));
    const together = alike.size === 1 ? nearestRun(map, states, lost, taken) : undefined;
    if (together) return together;
    const offer: number[] = [];
    for (const seat of lost) {
        const one = nearestRun(map, states, [seat], taken)?.[0];
        if (one === undefined) return [];
        taken.add(one);
        offer.push(one);
    }
    return offer.sort((a, b) => a - b);
}

/** The nearest run of free neighbours, as long as `lost`. */
function nearestRun(
    map: SeatMap,
    states: SeatStates,
    lost: readonly number[],
    taken: ReadonlySet<number>,
): number[] | undefined {
    const model = lost[0] ?? 0;
    const size = lost.length;
    const [tier, kind, row] = [map.tier[model], map.kind[model], map.row[model]];
    const asGood = (seat: number) => map.tier[seat] === tier && map.kind[seat] === kind && !taken.has(seat);
    const x = mean(lost, map.x);
    const y = mean(lost, map.y);
    let best: number | undefined;
    let least = Infinity;
    for (let at = 0; at < map.rowSection.length; at++) {
        const penalty = at === row ? 0 : OTHER_ROW_CM;
        for (const [start, end] of stretches(map, at)) {
            let run = 0;
            for (let seat = start; seat < end; seat++) {
                run = states.isFree(seat) && asGood(seat) ? run + 1 : 0;
                if (run < size) continue;
                const from = seat - size + 1;
                const middleX = ((map.x[from] ?? 0) + (map.x[seat] ?? 0)) / 2;
                const middleY = ((map.y[from] ?? 0) + (map.y[seat] ?? 0)) / 2;
                const distance = Math.hypot(middleX - x, middleY - y) + penalty;
                if (distance < least) [least, best] = [distance, from];
            }
        }
    }
    return best === undefined ? undefined : Array.from({ length: size }, (_, step) => best + step);
}

function mean(seats: readonly number[], values: Float32Array): number {
    return seats.reduce((sum, seat) => sum + (values[seat] ?? 0), 0) / Math.max(1, seats.length);
}
