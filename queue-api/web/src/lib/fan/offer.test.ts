import { expect, test } from 'vitest';
import { offerOf } from './offer';

const now = Date.parse('2026-11-21T10:00:00Z');
const event = {
    status: 'published',
    starts_at: '2026-12-12T18:00:00Z',
    sale_opens_at: '2026-11-21T10:00:00Z',
    demand: 'direct',
} as const;

test('a sale opens at its very moment', () => {
    expect(offerOf(event, 500, now - 1)).toEqual({ state: 'soon', opens: now });
    expect(offerOf(event, 500, now)).toEqual({ state: 'on-sale' });
});

test('what is left decides, where it is known', () => {
    expect(offerOf(event, 0, now)).toEqual({ state: 'sold-out' });
    expect(offerOf(event, 3, now)).toEqual({ state: 'few', left: 3 });
    expect(offerOf(event, undefined, now)).toEqual({ state: 'on-sale' });
    expect(offerOf({ ...event, demand: 'queue' }, 3, now)).toEqual({ state: 'waiting-room' });
    expect(offerOf({ ...event, demand: 'queue' }, 0, now)).toEqual({ state: 'sold-out' });
});

test('what is cancelled or over sells nothing', () => {
    expect(offerOf({ ...event, status: 'cancelled' }, 9, now).state).toBe('cancelled');
    expect(offerOf({ ...event, status: 'archived' }, 9, now).state).toBe('over');
    expect(offerOf({ ...event, starts_at: event.sale_opens_at }, 9, now).state).toBe('over');
});
