import { expect, test } from 'vitest';
import { settled, stagesOf } from './stages';

const states = (known: Parameters<typeof stagesOf>[0]) => stagesOf(known).map((stage) => stage.state);

test('a booking goes on stage by stage', () => {
    expect(states({ status: 'processing', payment: 'pending' })).toEqual(['done', 'now', 'next', 'next']);
    expect(states({ status: 'processing', payment: 'authorized' })).toEqual(['done', 'done', 'now', 'next']);
    expect(states({ status: 'confirmed', payment: 'authorized' })).toEqual(['done', 'done', 'done', 'now']);
    const sent = { status: 'confirmed', payment: 'captured', mail: 'sent' } as const;
    expect(states(sent)).toEqual(['done', 'done', 'done', 'done']);
    expect([settled({ ...sent, mail: 'pending' }), settled(sent)]).toEqual([false, true]);
});

test('a rejected booking ends where it was rejected', () => {
    const rejected = { status: 'rejected', payment: 'voided' } as const;
    expect(states(rejected)).toEqual(['done', 'done', 'failed', 'next']);
    expect(settled(rejected)).toBe(true);
});

test('a mail that failed leaves the tickets as they are', () => {
    expect(states({ status: 'confirmed', payment: 'captured', mail: 'failed' })).toEqual([
        'done',
        'done',
        'done',
        'failed',
    ]);
});
