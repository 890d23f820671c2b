import { expect, test } from 'vitest';
import { expand } from '$lib/seat-map/expand';
import { HELD, SeatStates } from '$lib/seat-map/states';
import { adopt } from '$lib/seat-map/fresh';
import { stalls } from '$lib/seat-map/testing';
import type { EventDetail } from '$lib/api/events';
import { Choice } from './choice.svelte';

/** Somebody has chosen two seats of the stalls, of which another fan holds one more. */
function choosing() {
    const choice = new Choice('event', () => undefined);
    choice.map = expand(stalls());
    choice.states = new SeatStates(choice.map);
    choice.states.change([[9, HELD]]);
    choice.event = event(1, 5000);
    choice.toggle(3);
    choice.toggle(4);
    return choice;
}

function event(version: number, price_minor: number): EventDetail {
    const tiers = [0, 1, 2].map((tier) => ({ tier, name: `Tier ${tier}`, price_minor: price_minor + tier }));
    return { id: 'event', version, tickets_per_person: 6, tiers } as unknown as EventDetail;
}

test('a map painted anew is taken over, and what is chosen stays at what it costs now', () => {
    const choice = choosing();
    const { states } = choice;
    const painted = expand({
        sections: [{ ...stalls().sections![0]!, rows: [{ count: 10, seats: 10, tier: 2 }] }],
    });
    expect(adopt(choice, event(2, 7000), painted)).toBe(true);
    expect(choice.map).toBe(painted);
    expect(choice.states).toBe(states);
    expect([[...choice.chosen], choice.totalMinor, states?.of(9)]).toEqual([[3, 4], 14_004, HELD]);
    expect(states?.leftInTier(2)).toBe(99);
});

test('other prices of the same map are taken over', () => {
    const choice = choosing();
    const { map } = choice;
    expect(adopt(choice, event(2, 1000), map!)).toBe(true);
    expect([choice.map, choice.totalMinor]).toEqual([map, 2000]);
});

test('other seats are not taken for those that were chosen', () => {
    const choice = choosing();
    const { map, event: before } = choice;
    const other = expand({ sections: [{ ...stalls().sections![0]!, name: 'Circle' }] });
    expect(adopt(choice, event(2, 7000), other)).toBe(false);
    expect([choice.map, choice.event]).toEqual([map, before]);
});
