/** The seats on hold in this browser, so that they are found again from anywhere until their time is over. */

import type { Schema } from '$lib/api/client';

export interface Held {
    hold: string;
    event: string;
    title: string;
    /** Unix ms of the server's clock. */
    deadline: number;
    /** To ask for the same again. */
    wish: Schema['HoldInput'];
}

const KEY = 'onsale.held';

function stored(): Held | null {
    try {
        return JSON.parse(localStorage.getItem(KEY) ?? 'null') as Held | null;
    } catch {
        return null;
    }
}

class HeldSeats {
    current = $state.raw<Held | null>(stored());

    keep(held: Held): void {
        this.current = held;
        localStorage.setItem(KEY, JSON.stringify(held));
    }

    /** They were paid, given back or lost. */
    forget(hold: string): void {
        if (this.current?.hold !== hold) return;
        this.current = null;
        localStorage.removeItem(KEY);
    }
}

export const held = new HeldSeats();
