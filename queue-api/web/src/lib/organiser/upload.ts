/** Drawings of venues that are uploaded: which format a file has, and what the API reads and finds in it. */

import { api, ok, type Schema } from '$lib/api/client';
import type { Problem } from '$lib/api/problem';
import type { SeatMap } from '$lib/seat-map/expand';
import { nameOf } from '$lib/seat-map/names';
import { expandDrawn } from '$lib/seat-map/placed';

export type Format = 'svg' | 'pretix' | 'csv' | 'onsale';
/** What a file may be called. */
export const ACCEPTED = '.svg,.json,.csv,image/svg+xml,application/json,text/csv';
export const MOST_BYTES = 24 * 1024 * 1024;

/** Something that was found in a drawing. */
export interface Finding {
    severity: 'error' | 'warning';
    code: string;
    message: string;
    /** Of the drawing, such as `circle#A-12`. */
    element?: string | null;
    line?: number | null;
    column?: number | null;
    /** Where it lies, in the drawing's own units. */
    x?: number | null;
    y?: number | null;
}

/** What a drawing was understood as; nothing of it is saved yet. */
export type Imported = Schema['Imported'];

/** How an SVG is to be read that does not say itself what its seats are. */
export interface Rules {
    /** How ids are built, e.g. `{section}-{row}-{seat}`. */
    id_pattern: string;
    /** Elements of this class are seats. */
    seat_class: string;
    /** Classes and the prices they stand for, e.g. `st0:Gold,st1:Silver`. */
    class_tiers: string;
    /** Centimetres of a unit of the drawing. */
    scale_cm: number | string | null;
}

/** The format of a file by its name, or by how it begins. */
export function formatOf(name: string, text: string): Format {
    const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase();
    if (ending === 'csv') return 'csv';
    if (ending === 'svg' || text.trimStart().startsWith('<')) return 'svg';
    if (ending !== 'json' && !text.trimStart().startsWith('{')) return 'csv';
    // A plan of pretix has zones with rows, and categories.
    return /"zones"\s*:/.test(text) ? 'pretix' : 'onsale';
}

/** Has a drawing read. */
export function importMap(text: string, format: Format, rules?: Rules): Promise<Imported> {
    const types = {
        svg: 'image/svg+xml',
        csv: 'text/csv',
        pretix: 'application/json',
        onsale: 'application/json',
    };
    return ok(
        api.POST('/api/seat-maps/import', {
            params: { query: { format, ...(format === 'svg' ? given(rules) : {}) } },
            // The document knows no type for bytes.
            body: new Blob([text]) as never,
            headers: { 'Content-Type': types[format] },
        }),
    );
}

/** What is filled in. */
function given(rules: Rules | undefined): Record<string, string> {
    const filled = Object.entries(rules ?? {}).map(([name, value]) => [name, String(value ?? '').trim()]);
    return Object.fromEntries(filled.filter(([, value]) => value !== ''));
}

/** What a refusal says about the drawing; nothing where it is about something else. */
export function findingsIn(problem: Problem): Finding[] {
    if (problem.status !== 422) return [];
    return problem.errors.map((error) => {
        const more = error as Partial<Finding>;
        return {
            ...more,
            severity: more.severity ?? 'error',
            code: more.code ?? '',
            message: error.message,
            element: error.field,
        };
    });
}

/** Seats of a map that was understood by what findings call them: a table's rows by section, row and seat, a plan's by their place in it. */
export async function seatsNamed(
    text: string,
    format: Format,
    { document, findings }: Imported,
): Promise<ReadonlyMap<string, number>> {
    if (findings.length === 0) return new Map();
    if (format === 'csv') return seatsOfTable(expandDrawn(document));
    if (format !== 'pretix' || !document.identities) return new Map();
    const params = { path: { hash: document.identities } };
    try {
        const identities = await ok(api.GET('/api/seat-map-files/{hash}', { params }));
        return seatsOfPlan(text, identities as unknown as string[]);
    } catch {
        // The map is there all the same; its findings are only not shown on it.
        return new Map();
    }
}

/** What a section is called whose table has no name for it. */
const NO_SECTION = 'Seats';

/** By section, row and seat with spaces in between; what names several names none. */
export function seatsOfTable(map: SeatMap): Map<string, number> {
    const named = new Map<string, number>();
    const twice = new Set<string>();
    const name = (words: string[], seat: number) => {
        const called = words.join(' ').trim();
        if (named.has(called)) twice.add(called);
        named.set(called, seat);
    };
    for (let seat = 0; seat < map.seatCount; seat++) {
        const { section, row, number } = nameOf(map, seat);
        name([section, row, number], seat);
        if (section === NO_SECTION) name(['', row, number], seat);
    }
    for (const called of twice) named.delete(called);
    return named;
}

/** By place in a plan of pretix; `identities`: the ids of its seats by index in the map. */
export function seatsOfPlan(text: string, identities: readonly string[]): Map<string, number> {
    const seats = new Map(identities.map((id, seat) => [id, seat]));
    const plan = JSON.parse(text) as { zones: { rows: { seats: { seat_guid: string }[] }[] }[] };
    const named = new Map<string, number>();
    for (const [z, zone] of plan.zones.entries())
        for (const [r, row] of zone.rows.entries())
            for (const [s, { seat_guid: id }] of row.seats.entries()) {
                const seat = seats.get(id);
                if (seat !== undefined) named.set(`zones[${z}].rows[${r}].seats[${s}]`, seat);
            }
    return named;
}

/** The part of the plane that an SVG shows: its view box, or else its size. */
export function viewBoxOf(svg: string): { x: number; y: number; width: number; height: number } | undefined {
    const root = /<svg\b[^>]*>/i.exec(svg)?.[0] ?? '';
    const value = (name: string) => new RegExp(`\\s${name}\\s*=\\s*["']([^"']*)["']`, 'i').exec(root)?.[1];
    const numbers = value('viewBox')
        ?.trim()
        .split(/[\s,]+/)
        .map(Number) ?? [0, 0, parseFloat(value('width') ?? ''), parseFloat(value('height') ?? '')];
    const [x = NaN, y = NaN, width = NaN, height = NaN] = numbers;
    return width > 0 && height > 0 && Number.isFinite(x + y) ? { x, y, width, height } : undefined;
}
