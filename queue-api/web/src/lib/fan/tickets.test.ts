import { expect, test } from 'vitest';
import { sorted, type Ticket } from './tickets.svelte';

const now = Date.parse('2026-11-21T10:00:00Z');

function ticket(id: string, starts_at: string, more: Partial<Ticket> = {}): Ticket {
    return { id, status: 'valid', admits_to: id, event: { starts_at }, ...more } as Ticket;
}

test('what comes up is first, soonest first; rows are counted, not spelt', () => {
    const tickets = [
        ticket('a', '2026-12-24T18:00:00Z'),
        ticket('b', '2026-12-12T18:00:00Z', { admits_to: 'Row B · 10' }),
        ticket('c', '2026-12-12T18:00:00Z', { admits_to: 'Row B · 9' }),
    ];
    expect(sorted(tickets, now).upcoming.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
});

test('during the event a ticket is still at hand; one that admits nobody is not', () => {
    const tickets = [
        ticket('on', '2026-11-21T08:00:00Z', { status: 'used' }),
        ticket('over', '2026-11-20T08:00:00Z'),
        ticket('cancelled', '2026-12-12T18:00:00Z', { status: 'cancelled' }),
    ];
    const { upcoming, past } = sorted(tickets, now);
    expect(upcoming.map(({ id }) => id)).toEqual(['on']);
    expect(past.map(({ id }) => id)).toEqual(['cancelled', 'over']);
});
