import { describe, expect, test } from 'vitest';
import {
    changesOf,
    fansPerHour,
    fieldsOf,
    newForm,
    newLane,
    priceOf,
    priceText,
    withTier,
    type LaneRow,
} from './event-form';
import { momentOf, wallTime } from './zones';

describe('times', () => {
    test('are typed as the clocks of the venue show them', () => {
        expect(momentOf('2026-12-12T19:30', 'Europe/Vienna')).toBe('2026-12-12T18:30:00Z');
        expect(momentOf('2026-07-12T19:30', 'Europe/Vienna')).toBe('2026-07-12T17:30:00Z');
        expect(momentOf('2026-12-12T19:30', 'Asia/Kathmandu')).toBe('2026-12-12T13:45:00Z');
        expect(wallTime('2026-12-12T18:30:00Z', 'Europe/Vienna')).toBe('2026-12-12T19:30');
    });

    test('come back as they were, also around a change of the clocks', () => {
        for (const wall of ['2026-03-29T01:59', '2026-03-29T03:01', '2026-10-25T01:30', '2026-10-25T03:30']) {
            expect(wallTime(momentOf(wall, 'Europe/Vienna')!, 'Europe/Vienna')).toBe(wall);
        }
    });

    test('that are none are not sent', () => {
        expect(momentOf('', 'Europe/Vienna')).toBeUndefined();
        expect(momentOf('2026-12-12T19:30', 'Mars/Olympus')).toBeUndefined();
    });
});

describe('money', () => {
    test('is typed with the decimals of its currency', () => {
        expect(['49', '49.5', '49,50', '1 200,00'].map((text) => priceOf(text, 'EUR'))).toEqual([
            4_900, 4_950, 4_950, 120_000,
        ]);
        expect([priceOf('500', 'JPY'), priceOf('1.234', 'KWD')]).toEqual([500, 1_234]);
        expect(priceText(4_950, 'EUR')).toBe('49.50');
        expect(priceText(500, 'JPY')).toBe('500');
    });

    test('that is none is refused, not rounded', () => {
        for (const text of ['', 'free', '-1', '1.999', '4.9.5', '1e3']) {
            expect(priceOf(text, 'EUR')).toBeUndefined();
        }
        expect(priceOf('1.5', 'JPY')).toBeUndefined();
    });
});

describe('an event', () => {
    const form = { ...newForm(Date.parse('2026-11-21T07:00:00Z')), zone: 'Europe/Vienna' };

    test('names every field that is missing', () => {
        expect(fieldsOf(form).wrong).toEqual([
            'title',
            'venue',
            'city',
            'tiers[0].name',
            'tiers[0].price_minor',
        ]);
    });

    test('has a waiting room only when fans queue', () => {
        expect(fieldsOf(form).fields.waiting_room).toBeUndefined();
        const queued = fieldsOf({ ...form, demand: 'queue' }).fields.waiting_room;
        expect(queued).toEqual({
            lease_cap: 500,
            rate_per_minute: 1_000,
            lobby_minutes: 30,
            claim_window_seconds: 120,
            grace_seconds: 30,
            pass_ttl_seconds: 600,
            lanes: [],
        });
    });

    test('keeps the lanes of a waiting room', () => {
        const lanes: LaneRow[] = [{ ...newLane(), name: ' Members ', share: 20, entry: 'code' }];
        const queued = fieldsOf({ ...form, demand: 'queue', room: { ...form.room, lanes } });
        expect(queued.fields.waiting_room?.lanes).toEqual([
            { name: 'Members', share_percent: 20, entry: 'code' },
        ]);
        lanes.push({ ...newLane(), share: null });
        const { wrong } = fieldsOf({ ...form, demand: 'queue', room: { ...form.room, lanes } });
        expect(wrong.filter((field) => field.includes('lanes'))).toEqual([
            'waiting_room.lanes[1].name',
            'waiting_room.lanes',
        ]);
    });

    test('is changed by what differs only', () => {
        const before = fieldsOf(form).fields;
        const after = fieldsOf({ ...form, title: 'Winter Gala', mayCancel: false }).fields;
        expect(changesOf(after, before)).toEqual({ title: 'Winter Gala', cancel_until_minutes: null });
        expect(changesOf(before, before)).toEqual({});
    });
});

test('a new tier takes the lowest free number', () => {
    const tiers = withTier(withTier(withTier([])));
    expect(tiers.map(({ tier }) => tier)).toEqual([0, 1, 2]);
    expect(withTier(tiers.filter(({ tier }) => tier !== 1)).at(-1)?.tier).toBe(1);
});

test('the tighter limit of a waiting room counts', () => {
    const form = newForm(0);
    expect(fansPerHour(form)).toBe(3_000);
    expect(fansPerHour({ ...form, room: { ...form.room, rate: 10 } })).toBe(600);
});
