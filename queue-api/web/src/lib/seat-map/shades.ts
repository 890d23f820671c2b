/** The colours of sections and areas, by what is left of them. */

import { mixed, tierColour } from './palette';
import type { Scene } from './scene';

/** Of a section's colour, seen from afar: with nothing and with everything free. */
export const [PALEST, FULLEST] = [0.1, 0.45];
/** So many shades there are. */
const SHADES = 12;

export type Shade = [fill: string, line: string];

export class Shades {
    readonly #scene: Scene;
    /** Shade of each section, from afar. */
    readonly #sections: Uint8Array;

    constructor(scene: Scene) {
        this.#scene = scene;
        this.#sections = new Uint8Array(scene.map.sections.length);
    }

    /** Whether a section has another shade than before; one seat more or less rarely makes one. */
    update(section: number): boolean {
        const { states, wanted, map } = this.#scene;
        const share = states.freeInSection(section, wanted) / Math.max(1, map.sections[section]!.seats);
        const shade = Math.ceil(share * SHADES);
        const changed = shade !== this.#sections[section];
        this.#sections[section] = shade;
        return changed;
    }

    ofSection(section: number): Shade {
        const share = this.#sections[section]! / SHADES;
        return this.#of(cheapestFree(this.#scene, section), share, share > 0);
    }

    ofArea(index: number): Shade {
        const { map, states, wanted } = this.#scene;
        const area = map.areas[index]!;
        const share = area.capacity > 0 ? (states.areas[index] ?? area.capacity) / area.capacity : 0;
        return this.#of(area.tier, share, wanted(area.tier, 0));
    }

    #of(tier: number | undefined, share: number, shown: boolean): Shade {
        const { palette, map } = this.#scene;
        if (tier === undefined || !shown || share === 0) return [palette.section, palette.line];
        const colour = tierColour(palette, map.tiers.indexOf(tier));
        return [mixed(colour, palette.section, PALEST + (FULLEST - PALEST) * share), colour];
    }
}

/** The cheapest wanted tier of which a section has free seats. */
export function cheapestFree({ states, wanted, cheapest }: Scene, section: number): number | undefined {
    return cheapest.find(
        (tier) => states.freeInSection(section, (other, kind) => other === tier && wanted(other, kind)) > 0,
    );
}
