import { expect, test } from 'vitest';
import { spanOf } from './when';

const at = (text: string) => new Date(text);

test('the weekend is the next one, or the rest of this one', () => {
    const saturday = at('2026-11-21T00:00');
    const monday = at('2026-11-23T00:00');
    expect(spanOf('weekend', null, null, at('2026-11-18T15:00'))).toEqual({ from: saturday, to: monday });
    expect(spanOf('weekend', null, null, at('2026-11-21T15:00'))).toEqual({ from: saturday, to: monday });
    const sunday = spanOf('weekend', null, null, at('2026-11-22T15:00'));
    expect(sunday).toEqual({ from: at('2026-11-22T00:00'), to: monday });
});

test('chosen days count whole, and either may be open', () => {
    expect(spanOf('dates', '2026-12-01', '2026-12-01', at('2026-11-18T15:00'))).toEqual({
        from: at('2026-12-01T00:00'),
        to: at('2026-12-02T00:00'),
    });
    expect(spanOf('dates', null, 'nonsense', at('2026-11-18T15:00'))).toEqual({});
    expect(spanOf(null, '2026-12-01', null, at('2026-11-18T15:00'))).toEqual({});
});
