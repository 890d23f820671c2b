import { expect, test } from 'vitest';
import type { Schema } from '$lib/api/client';
import { pricedAs } from './checkout.svelte';

type Hold = Schema['HoldView'];
type Payment = Schema['Checkout']['payment'];

function hold(part: object): Hold {
    return { seats: [], areas: [], total: { amount_minor: 0, currency: 'EUR' }, ...part } as unknown as Hold;
}

const payment = { amount_minor: 19_000, currency: 'EUR' } as Payment;

test('a hold shows the prices of its payment, whatever the tiers cost now', () => {
    const seats = [
        { seat: 4, price_minor: 1 },
        { seat: 5, price_minor: 2 },
    ];
    const priced = pricedAs(hold({ seats }), { payment, prices: [9_000, 10_000] });
    expect(priced.seats.map(({ seat, price_minor }) => [seat, price_minor])).toEqual([
        [4, 9_000],
        [5, 10_000],
    ]);
    expect(priced.total).toEqual({ amount_minor: 19_000, currency: 'EUR' });
});

test('each place of an area has its price in the payment', () => {
    const areas = [
        { area: 0, quantity: 2, price_minor: 1 },
        { area: 1, quantity: 1, price_minor: 1 },
    ];
    const priced = pricedAs(hold({ areas }), { payment, prices: [5_000, 5_000, 9_000] });
    expect(priced.areas.map(({ price_minor }) => price_minor)).toEqual([5_000, 9_000]);
});
