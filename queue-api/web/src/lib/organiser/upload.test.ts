import { expect, test } from 'vitest';
import { Problem } from '$lib/api/problem';
import { expand } from '$lib/seat-map/expand';
import { findingsIn, formatOf, seatsOfPlan, seatsOfTable, viewBoxOf } from './upload';

test('a format is known by the name of the file, or by how it begins', () => {
    expect(formatOf('Hall.SVG', '')).toBe('svg');
    expect(formatOf('plan', '  <?xml version="1.0"?><svg/>')).toBe('svg');
    expect(formatOf('seats.csv', '{}')).toBe('csv');
    expect(formatOf('plan.json', '{"name":"Hall","zones" : []}')).toBe('pretix');
    expect(formatOf('plan.json', '{"sections":[]}')).toBe('onsale');
    expect(formatOf('plan', 'section,row,seat')).toBe('csv');
});

test('what an SVG shows is its view box, or its size', () => {
    const box = { x: -10, y: 0, width: 200, height: 100.5 };
    expect(viewBoxOf('<?xml?>\n<svg id="a" viewBox="-10,0 200  100.5">')).toEqual(box);
    expect(viewBoxOf("<svg width='30px' height='20px'>")).toEqual({ x: 0, y: 0, width: 30, height: 20 });
    for (const nothing of ['<svg>', '<svg viewBox="0 0 0 5">', 'none', '<svg viewBox="a b c d">'])
        expect(viewBoxOf(nothing)).toBeUndefined();
});

test('a refusal names the elements of the drawing, any other problem nothing', () => {
    const errors = [{ field: 'circle#A-12', message: 'The seat has no row.', line: 7, x: 3, y: 4 }];
    expect(findingsIn(new Problem('invalid', 422, '', { errors }))).toMatchObject([
        { severity: 'error', element: 'circle#A-12', message: 'The seat has no row.', line: 7, x: 3, y: 4 },
    ]);
    expect(findingsIn(new Problem('too-large', 413, '', { errors }))).toEqual([]);
});

test('a row of a table finds its seat, also without a section, but not where two are called alike', () => {
    const section = (name: string, style: 'letters' | 'numbers') => ({
        ...{ name, x_cm: 0, y_cm: 0, row_names: { style, first: 1 } },
        rows: [{ count: 2, seats: 3, tier: 0 }],
    });
    const named = seatsOfTable(
        expand({
            sections: [section('Seats', 'letters'), section('Box 1', 'numbers'), section('Box', 'numbers')],
        }),
    );
    expect([named.get('Seats B 2'), named.get('B 2'), named.get('Box 1 2 3')]).toEqual([4, 4, 11]);
    expect(named.get('Box B 2')).toBeUndefined();
    const twins = seatsOfTable(expand({ sections: [section('Box', 'numbers'), section('Box', 'numbers')] }));
    expect(twins.size).toBe(0);
});

test('a place in a plan of pretix finds its seat by the id that the map keeps', () => {
    const seat = (seat_guid: string) => ({ seat_guid });
    const plan = {
        zones: [{ rows: [] }, { rows: [{ seats: [seat('a'), seat('b')] }, { seats: [seat('c')] }] }],
    };
    const named = seatsOfPlan(JSON.stringify(plan), ['c', 'b']);
    expect([...named]).toEqual([
        ['zones[1].rows[0].seats[1]', 1],
        ['zones[1].rows[1].seats[0]', 0],
    ]);
});
