import { expect, test } from 'vitest';
import { calendarOf } from './calendar';

const entry = {
    id: 'e1',
    title: 'Tosca; live, at last',
    place: 'Opera, Graz',
    starts_at: '2026-12-12T18:00:00Z',
    url: 'https://tickets.example/events/e1',
};

test('what has a meaning in the format is escaped, times are UTC', () => {
    const text = calendarOf(entry, Date.parse('2026-11-21T10:00:00.123Z'));
    expect(text).toContain('SUMMARY:Tosca\\; live\\, at last\r\n');
    expect(text).toContain('DTSTART:20261212T180000Z\r\nDTEND:20261212T200000Z\r\n');
    expect(text).toContain('DTSTAMP:20261121T100000Z\r\n');
});

test('long lines are folded without breaking a character', () => {
    const text = calendarOf({ ...entry, title: 'Ü'.repeat(100) }, 0);
    const lines = text.split('\r\n');
    const octets = lines.map((line) => new TextEncoder().encode(line).length);
    expect(Math.max(...octets)).toBeLessThanOrEqual(75);
    expect(text.replaceAll('\r\n ', '')).toContain(`SUMMARY:${'Ü'.repeat(100)}\r\n`);
});
