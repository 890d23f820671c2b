import { expect, test } from 'vitest';
import { seatTexts } from '$lib/i18n/seats';
import { expand } from '$lib/seat-map/expand';
import { stalls } from '$lib/seat-map/testing';
import type { Choice } from './choice.svelte';
import { listed } from './names';

test('seats are listed as they are counted, whichever was held first', async () => {
    await seatTexts.load();
    const [section] = stalls().sections ?? [];
    const choice = {
        map: expand({ sections: [{ ...section!, seat_numbers: { from: 'right' } }] }),
    } as Choice;
    // Counted from the right: the first seat of a row of ten is number 10.
    expect(listed(choice, [0, 1, 9], 'en')).toBe('Row A, seat 1, Row A, seat 9, and Row A, seat 10');
});
