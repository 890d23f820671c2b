/** The server's clock, as well as it can be known from the `Date` of its answers, and time that screens follow. */

import { createSubscriber } from 'svelte/reactivity';

/** `Date` says whole seconds: the moment it was made lies within this after it. */
const DATE_STEP_MS = 1000;
const TICK_MS = 250;

/** The range in which the server's clock is ahead of ours, in ms. */
export interface OffsetRange {
    low: number;
    high: number;
}

/** Narrows what is known by an answer whose `Date` is `date`, asked and received by our clock. */
export function narrow(
    known: OffsetRange | undefined,
    date: number,
    asked: number,
    got: number,
): OffsetRange {
    const seen = { low: date - got, high: date + DATE_STEP_MS - asked };
    if (!known) return seen;
    const both = { low: Math.max(known.low, seen.low), high: Math.min(known.high, seen.high) };
    // Nothing fits both: one of the clocks was set.
    return both.low <= both.high ? both : seen;
}

class ServerClock {
    #range: OffsetRange | undefined;
    #subscribe = createSubscriber((update) => {
        const timer = setInterval(update, TICK_MS);
        return () => clearInterval(timer);
    });

    /** Learns from an answer. */
    observe(date: string | null, asked: number, got: number): void {
        const stamp = date === null ? NaN : Date.parse(date);
        if (!Number.isNaN(stamp)) this.#range = narrow(this.#range, stamp, asked, got);
    }

    /** The server's time now, Unix ms. */
    now(): number {
        const range = this.#range;
        return Date.now() + (range ? (range.low + range.high) / 2 : 0);
    }

    /** The same, read by a screen that follows it. */
    get time(): number {
        this.#subscribe();
        return this.now();
    }
}

export const clock = new ServerClock();
