/** The seat map alone, with a venue named in the address: for measuring and for looking at it. */

import { mount } from 'svelte';
import '../../src/app.css';
import { setLocale } from '$lib/i18n/locale.svelte';
import { seatTexts } from '$lib/i18n/seats';
import type { SeatMapDocument } from '$lib/seat-map/document';
import { nameOf } from '$lib/seat-map/names';
import { expandDrawn } from '$lib/seat-map/placed';
import SeatMapView from '$lib/seat-map/SeatMapView.svelte';
import { SeatStates } from '$lib/seat-map/states';
import { decorated, drawnStadium, stadium } from '$lib/seat-map/testing';
import vectors from '$lib/seat-map/vectors.json';

const asked = new URLSearchParams(location.search);
const venue = asked.get('venue') ?? 'arena';
const made: Record<string, () => SeatMapDocument> = {
    stadium,
    drawn: drawnStadium,
    decorated: () => decorated(drawnStadium()),
};
const known = vectors.find(({ name }) => name === venue)?.document as SeatMapDocument | undefined;
const chosenDocument = known ?? (made[venue] ?? stadium)();

await setLocale('en');
await seatTexts.load();
const started = performance.now();
const map = expandDrawn(chosenDocument);
const states = new SeatStates(map);
performance.measure('expanded', { start: started });
const bits = new Uint8Array(Math.ceil(map.seatCount / 4));
const share = Number(asked.get('gone') ?? 0.35);
// Repeatable, in blocks as tickets are sold.
for (let seat = 0; seat < map.seatCount; seat++) {
    const block = Math.sin(Math.floor(seat / 3) * 12.9898) * 43758.5453;
    const chance = block - Math.floor(block);
    const state = chance < share * 0.8 ? 2 : chance < share ? 1 : chance > 0.985 ? 3 : 0;
    bits[seat >> 2]! |= state << (6 - 2 * (seat & 3));
}
states.takeBits(bits, 1);
states.change(
    [],
    map.areas.map((area, at) => [at, Math.round(area.capacity * (0.9 - at * 0.45))] as const),
);

const target = document.getElementById('map');
if (!target) throw new Error('no place for the map');
const view = mount(SeatMapView, {
    target,
    props: {
        map,
        states,
        label: 'Map',
        chosen: new Set((asked.get('chosen') ?? '').split(',').filter(Boolean).map(Number)),
        describe: (seat: number) => {
            const { section, row, number } = nameOf(map, seat);
            return `${section} · Row ${row} · ${number}`;
        },
        offer: (tier: number | undefined) => (tier === undefined ? 'sold out' : `from €${59 + tier * 20}`),
    },
});
Object.assign(window, { view, states, seatMap: map, ready: true });
