/** What is drawn, and with what: shared by everything that draws it. */

import { letters } from './document';
import type { Backdrop } from './backdrop';
import type { SeatMap } from './expand';
import type { SeatGrid } from './grid';
import type { Palette } from './palette';
import type { SeatStates, Wanted } from './states';

/** `only`: there is no other tier. */
export type Offer = (tier: number | undefined, only: boolean) => string;

export interface Scene {
    map: SeatMap;
    grid: SeatGrid;
    states: SeatStates;
    palette: Palette;
    /** Device pixels of a CSS pixel. */
    density: number;
    /** What the legend's filter lets through. */
    wanted: Wanted;
    /** Decoration under the seats, once it is there. */
    backdrop: Backdrop | undefined;
    /** What is said of a section or area, from its cheapest wanted tier that is left; undefined: nothing is left. */
    offer: Offer;
    /** Tiers from the cheapest. */
    cheapest: readonly number[];
}

/** The letter of a price tier: A is the first that the map names. */
export function tierLetter(map: SeatMap, tier: number): string {
    return letters(map.tiers.indexOf(tier) + 1);
}

/** Pixels from seat to seat from which single seats are drawn. */
export const SEATS_FROM_PX = 4;
/** …and carry letters, with the rows named. */
export const LETTERS_FROM_PX = 15;

/** A part of the page on a bitmap, in device pixels. */
export interface View {
    x: number;
    y: number;
    scale: number;
    width: number;
    height: number;
}
