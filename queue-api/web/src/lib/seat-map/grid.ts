/** Finds seats by where they are: all of them sorted into square cells. Holds for rows and for free-form seats alike. */

import type { Box, Point } from './box';

/** Seats that a cell has on average, were they spread evenly. */
const SEATS_PER_CELL = 3;

export class SeatGrid {
    readonly #x: Float32Array;
    readonly #y: Float32Array;
    readonly #left: number;
    readonly #top: number;
    readonly #cell: number;
    readonly #columns: number;
    readonly #rows: number;
    /** Where each cell's seats begin in `#seats`; one entry more than cells. */
    readonly #starts: Uint32Array;
    readonly #seats: Uint32Array;

    constructor(x: Float32Array, y: Float32Array, box: Box) {
        [this.#x, this.#y, this.#left, this.#top] = [x, y, box.left, box.top];
        const [width, height] = [Math.max(1, box.right - box.left), Math.max(1, box.bottom - box.top)];
        this.#cell = Math.sqrt((width * height * SEATS_PER_CELL) / Math.max(1, x.length));
        this.#columns = Math.ceil(width / this.#cell);
        this.#rows = Math.ceil(height / this.#cell);
        const starts = new Uint32Array(this.#columns * this.#rows + 1);
        const cells = new Uint32Array(x.length);
        for (let seat = 0; seat < x.length; seat++) {
            const cell = this.#row(y[seat] ?? 0) * this.#columns + this.#column(x[seat] ?? 0);
            cells[seat] = cell;
            starts[cell + 1]!++;
        }
        for (let cell = 1; cell < starts.length; cell++) starts[cell]! += starts[cell - 1]!;
        const next = starts.slice();
        this.#seats = new Uint32Array(x.length);
        for (let seat = 0; seat < x.length; seat++) this.#seats[next[cells[seat]!]!++] = seat;
        this.#starts = starts;
    }

    /** Calls back for every seat whose middle may lie in a box, cell by cell. */
    within(box: Box, visit: (seat: number) => void): void {
        if (box.right < this.#left || box.bottom < this.#top) return;
        const [from, to] = [this.#column(box.left), this.#column(box.right)];
        for (let row = this.#row(box.top); row <= this.#row(box.bottom); row++) {
            const first = this.#starts[row * this.#columns + from]!;
            const end = this.#starts[row * this.#columns + to + 1]!;
            for (let at = first; at < end; at++) visit(this.#seats[at]!);
        }
    }

    /** The nearest seat that is wanted, at most `reach` away. */
    nearest(point: Point, reach: number, wanted: (seat: number) => boolean = () => true): number | undefined {
        let best: number | undefined;
        let least = reach * reach;
        const box = {
            left: point.x - reach,
            right: point.x + reach,
            top: point.y - reach,
            bottom: point.y + reach,
        };
        this.within(box, (seat) => {
            const distance = (this.#x[seat]! - point.x) ** 2 + (this.#y[seat]! - point.y) ** 2;
            if (distance <= least && wanted(seat)) [least, best] = [distance, seat];
        });
        return best;
    }

    #column(x: number): number {
        return Math.min(this.#columns - 1, Math.max(0, Math.floor((x - this.#left) / this.#cell)));
    }

    #row(y: number): number {
        return Math.min(this.#rows - 1, Math.max(0, Math.floor((y - this.#top) / this.#cell)));
    }
}
