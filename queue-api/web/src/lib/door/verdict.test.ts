import { describe, expect, test } from 'vitest';
import type { TicketCode } from './code';
import { backoffMs, mayOvertake, refusalOf } from './queue';
import { isConflict, judge, Presence, settled, toneOf, type ScanResult } from './verdict';

const code: TicketCode = { ticket: 'a', generation: 2, signature: new Uint8Array(64) };
const nothing = { listed: undefined, entered: undefined };
const listed = (status: string, generation = 2) => ({ ...nothing, listed: { status, generation } });
const entry = { door: 'North', at: '2026-12-12T18:02:00Z' };

describe('a door alone', () => {
    test('admits a good code once', () => {
        expect(judge(code, true, listed('valid')).outcome).toBe('admitted');
        expect(judge(code, true, { ...listed('valid'), entered: entry })).toEqual({
            outcome: 'already_used',
            used: entry,
        });
    });

    test('admits a good code that was sold after the list was taken', () => {
        expect(judge(code, true, nothing).outcome).toBe('admitted');
    });

    test('refuses what is cancelled, passed on, used or replaced', () => {
        const outcomes = ['cancelled', 'transferred', 'used'].map(
            (s) => judge(code, true, listed(s)).outcome,
        );
        expect(outcomes).toEqual(['cancelled', 'transferred', 'already_used']);
        expect(judge(code, true, listed('valid', 3)).outcome).toBe('superseded');
    });

    test('takes a newer code than its list knows', () => {
        expect(judge(code, true, listed('valid', 1)).outcome).toBe('admitted');
    });

    test('never admits what is not signed for its event', () => {
        expect(judge(code, false, listed('valid')).outcome).toBe('unknown');
        expect(judge(undefined, false, nothing).outcome).toBe('forged');
    });

    test('has a colour for each', () => {
        expect(
            (['admitted', 'already_used', 'superseded', 'unknown', 'cancelled'] as const).map(toneOf),
        ).toEqual(['good', 'warn', 'warn', 'bad', 'bad']);
    });
});

describe('the answer of the server', () => {
    const told = (outcome: ScanResult['outcome']): ScanResult => ({
        id: 'scan',
        outcome,
        message: '',
        ...(outcome === 'already_used' ? { admitted: { door: 'South', scanned_at: entry.at } } : {}),
    });

    test('is a conflict only when somebody was let in', () => {
        expect(isConflict('admitted', 'already_used')).toBe(true);
        expect(isConflict('admitted', 'cancelled')).toBe(true);
        expect(isConflict('admitted', 'admitted')).toBe(false);
        expect(isConflict('already_used', 'cancelled')).toBe(false);
    });

    test('names the other door', () => {
        const judgement = settled({ outcome: 'admitted' }, told('already_used'));
        expect(judgement).toEqual({ outcome: 'already_used', used: { door: 'South', at: entry.at } });
    });

    test('does not undo what this device did itself', () => {
        const own = { outcome: 'already_used', used: entry } as const;
        expect(settled(own, told('admitted'))).toEqual(own);
    });
});

describe('the queue', () => {
    test('keeps the order of scans of one ticket', () => {
        const waiting = [{ id: '1', ticket: 'a' }];
        expect(mayOvertake({ id: '2', ticket: 'a' }, waiting)).toBe(false);
        expect(mayOvertake({ id: '2', ticket: 'b' }, waiting)).toBe(true);
    });

    test('waits longer each time, up to a minute', () => {
        const most = [1, 2, 3, 10].map((failures) => backoffMs(failures, () => 1));
        expect(most).toEqual([1_000, 2_000, 4_000, 60_000]);
        expect(backoffMs(1, () => 0)).toBe(500);
    });

    test('gives up only what the server will never take', () => {
        expect([0, 503, 429, 401, 409, 422].map(refusalOf)).toEqual([
            'again',
            'again',
            'again',
            'sign-in',
            'given-up',
            'given-up',
        ]);
    });
});

test('a code held before the camera is one scan', () => {
    const presence = new Presence(2_500);
    expect(presence.isNew('a', 0)).toBe(true);
    expect([100, 900, 3_000, 5_400].map((at) => presence.isNew('a', at))).toEqual([
        false,
        false,
        false,
        false,
    ]);
    expect(presence.isNew('b', 5_500)).toBe(true);
    expect(presence.isNew('b', 8_100)).toBe(true);
});
