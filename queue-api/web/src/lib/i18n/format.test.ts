import { afterEach, describe, expect, test, vi } from 'vitest';
import { countdown, minorUnits, money, timeOfDay } from './format';
import { plural } from './plural';
import { lengthen, pseudo } from './pseudo';

describe('money', () => {
    test('is written with the decimals of its currency', () => {
        expect(money(14_900, 'EUR')).toBe('€149.00');
        expect(money(14_900, 'EUR', true)).toBe('€149');
        expect(money(14_950, 'EUR', true)).toBe('€149.50');
        expect(money(500, 'JPY')).toBe('¥500');
        expect([minorUnits('EUR'), minorUnits('JPY'), minorUnits('KWD')]).toEqual([100, 1, 1000]);
    });
});

describe('times', () => {
    afterEach(() => vi.unstubAllGlobals());

    test('are written as the owner of the browser writes the language', () => {
        const evening = '2026-12-12T18:30:00Z';
        vi.stubGlobal('navigator', { languages: ['de-AT', 'en-GB', 'en'] });
        expect(timeOfDay(evening, 'Europe/Vienna')).toBe('19:30');
        vi.stubGlobal('navigator', { languages: ['en-US'] });
        expect(timeOfDay(evening, 'Europe/Vienna')).toMatch(/^7:30\sPM$/);
    });
});

test('a countdown ends at zero and rounds up, so that nobody sees 0:00 early', () => {
    expect([countdown(249_001), countdown(3_849_000), countdown(1), countdown(-5)]).toEqual([
        '4:10',
        '1:04:09',
        '0:01',
        '0:00',
    ]);
});

test('plural forms follow the language', () => {
    const forms = { one: '# place', other: '# places' };
    expect([0, 1, 2, 1500].map((n) => plural('en', n, forms))).toEqual([
        '0 places',
        '1 place',
        '2 places',
        '1,500 places',
    ]);
    expect(plural('fr', 0, { one: '# place', other: '# places' })).toBe('0 place');
});

test('the pseudo-locale changes every text, also those that functions make', () => {
    const texts = pseudo({ title: 'Tickets', free: (n: number) => `${n} free`, steps: ['One'] });
    expect(texts.title).toBe(lengthen('Tickets'));
    expect(texts.free(3)).toBe(lengthen('3 free'));
    expect(texts.steps[0]).toBe(lengthen('One'));
    expect(texts.title.length).toBeGreaterThan('Tickets'.length * 1.3);
});
