/** Drawings of venues that are uploaded: which format a file has, and what the API reads and finds in it. */

import { api, ok, type Schema } from '$lib/api/client';
import type { Problem } from '$lib/api/problem';

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
