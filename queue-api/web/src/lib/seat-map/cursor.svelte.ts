/** The seat under the mouse, or the one that the keyboard has gone to. */

import { neighbour, type Direction } from './neighbours';
import { FINGER_PITCH, middleSeat, PICK_PITCH } from './pointing';
import type { Scene } from './scene';
import type { Stage } from './stage';

/** What it is on, once that can be seen. */
export interface Ground {
    scene: Scene;
    stage: Stage;
}

export class Cursor {
    seat = $state<number>();
    byKeyboard = $state(false);
    /** What is read out. */
    said = $state('');
    readonly #ground: () => Ground | undefined;
    readonly #describe: (seat: number) => string;

    constructor(ground: () => Ground | undefined, describe: (seat: number) => string) {
        [this.#ground, this.#describe] = [ground, describe];
    }

    /** The mouse is over a seat, or over none. */
    hover(seat: number | undefined): void {
        if (seat !== this.seat) [this.seat, this.byKeyboard] = [seat, false];
    }

    /** A mouse stays where it has picked a seat, a finger does not. */
    tapped(seat: number, touch: boolean): void {
        [this.seat, this.byKeyboard] = [touch ? undefined : seat, false];
    }

    leave(): void {
        this.seat = undefined;
    }

    /** The keyboard goes on to the next seat; it begins at a chosen one, else in the middle. */
    step(direction: Direction, chosen: ReadonlySet<number>): void {
        const ground = this.#ground();
        if (!ground || ground.scene.map.seatCount === 0) return;
        const { map, grid } = ground.scene;
        const from = this.byKeyboard ? this.seat : undefined;
        if (from !== undefined) return this.moveTo(neighbour(map, grid, from, direction) ?? from);
        const [first] = chosen;
        this.moveTo(first ?? middleSeat(ground.scene, ground.stage));
    }

    /** The keyboard's mark is set on a seat, which is brought into sight. */
    moveTo(seat: number): void {
        const ground = this.#ground();
        if (!ground) return;
        const { map } = ground.scene;
        [this.seat, this.byKeyboard] = [seat, true];
        this.sayAgain();
        const { x, y } = { x: map.x[seat] ?? 0, y: map.y[seat] ?? 0 };
        const around = { left: x, right: x, top: y, bottom: y };
        if (ground.stage.pitch < FINGER_PITCH) ground.stage.show(around, PICK_PITCH);
        else ground.stage.reveal({ x, y });
    }

    /** What it is on has changed. */
    sayAgain(): void {
        if (this.seat !== undefined) this.said = this.#describe(this.seat);
    }
}
