import { expect, test } from 'vitest';
import { expand } from '$lib/seat-map/expand';
import { HELD, SeatStates } from '$lib/seat-map/states';
import { stalls } from '$lib/seat-map/testing';
import { Choice, type EventDetail } from './choice.svelte';
import { adopt } from './fresh';

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

function event(version: number, price_minor: number, status = 'published'): EventDetail {
    const tiers = [0, 1, 2].map((tier) => ({ tier, name: `Tier ${tier}`, price_minor: price_minor + tier }));
    return { id: 'event', version, status, tickets_per_person: 6, tiers } as unknown as EventDetail;
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

test('other prices of the same map are taken over, and an event that is over is closed', () => {
    const choice = choosing();
    const { map } = choice;
    expect(adopt(choice, event(2, 1000), map!)).toBe(true);
    expect([choice.map, choice.totalMinor, choice.gate]).toEqual([map, 2000, undefined]);
    adopt(choice, event(3, 1000, 'cancelled'), map!);
    expect(choice.gate).toBe('over');
});

test('other seats are not taken for those that were chosen', () => {
    const choice = choosing();
    const { map, event: before } = choice;
    const other = expand({ sections: [{ ...stalls().sections![0]!, name: 'Circle' }] });
    expect(adopt(choice, event(2, 7000), other)).toBe(false);
    expect([choice.map, choice.event]).toEqual([map, before]);
});
