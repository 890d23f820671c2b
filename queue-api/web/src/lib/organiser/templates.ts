/** Seat maps to begin with. Names come from the catalogue, so that they are in the organiser's language. */

import type { Section } from '$lib/seat-map/document';
import { EMPTY, type Draft, type Landmark } from './builder';

/** What parts of a template are called. */
export interface TemplateNames {
    stage: string;
    stalls: string;
    circle: string;
    hall: string;
    block: string;
    floor: string;
    standing: string;
    front: string;
    field: string;
}

export const TEMPLATES = ['theatre', 'hall', 'arena', 'stadium', 'standing', 'blank'] as const;
export type Template = (typeof TEMPLATES)[number];

export function template(kind: Template, names: TemplateNames): Draft {
    switch (kind) {
        case 'theatre':
            return theatre(names);
        case 'hall':
            return hall(names);
        case 'arena':
            return arena(names);
        case 'stadium':
            return stadium(names);
        case 'standing':
            return standing(names);
        case 'blank':
            return { ...EMPTY, landmarks: [stage(names, 1_200, 300, 0)] };
    }
}

/** Its front edge is `front` above the page's origin. */
function stage(names: TemplateNames, width: number, depth: number, front: number): Landmark {
    const shape = {
        kind: 'rectangle' as const,
        x_cm: -width / 2,
        y_cm: -front - depth,
        width_cm: width,
        height_cm: depth,
    };
    return { name: names.stage, shape };
}

/** A section of straight rows of one tier. */
export function plainSection(name: string, x_cm: number, y_cm: number, tier: number): Section {
    return { name, x_cm, y_cm, rows: [{ count: 8, seats: 16, tier }] };
}

function theatre(names: TemplateNames): Draft {
    const stalls: Section = {
        name: names.stalls,
        x_cm: 0,
        y_cm: 350,
        curve_radius_cm: 1_600,
        aisles: [10],
        rows: [
            { count: 4, seats: 18, tier: 0, widen_every: 2 },
            { count: 8, seats: 20, tier: 1, widen_every: 2 },
        ],
        row_names: { style: 'letters_without_i_o', first: 1 },
    };
    const circle: Section = {
        name: names.circle,
        x_cm: 0,
        y_cm: 1_850,
        curve_radius_cm: 3_100,
        aisles: [8, 18],
        rows: [{ count: 5, seats: 26, tier: 2, widen_every: 1 }],
        row_names: { style: 'letters_without_i_o', first: 1 },
    };
    return { ...EMPTY, sections: [stalls, circle], landmarks: [stage(names, 1_100, 350, 0)] };
}

function hall(names: TemplateNames): Draft {
    const rows: Section = {
        name: names.hall,
        x_cm: 0,
        y_cm: 300,
        aisles: [12],
        rows: [
            { count: 5, seats: 24, tier: 0 },
            { count: 15, seats: 24, tier: 1 },
        ],
        row_names: { style: 'numbers', first: 1 },
    };
    return { ...EMPTY, sections: [rows], landmarks: [stage(names, 1_200, 300, 0)] };
}

/** A floor to stand on, and blocks around three sides of it. */
function arena(names: TemplateNames): Draft {
    const [blocks, radius, spread] = [11, 2_900, 250];
    const sections = Array.from({ length: blocks }, (_, at): Section => {
        const degrees = (at / (blocks - 1) - 0.5) * spread;
        const turn = (degrees * Math.PI) / 180;
        const central = Math.abs(degrees) < 60;
        return {
            name: `${names.block} ${101 + at}`,
            x_cm: Math.round(-radius * Math.sin(turn)),
            y_cm: Math.round(1_500 + radius * Math.cos(turn)),
            rotation_mdeg: Math.round(degrees * 1_000),
            rows: [
                { count: 8, seats: 18, tier: central ? 0 : 1, widen_every: 2 },
                { count: 12, seats: 22, tier: central ? 1 : 2, widen_every: 2 },
            ],
            row_names: { style: 'numbers', first: 1 },
        };
    });
    const floor = {
        name: names.floor,
        capacity: 2_500,
        tier: 1,
        shape: { kind: 'rectangle' as const, x_cm: -1_500, y_cm: 300, width_cm: 3_000, height_cm: 2_900 },
    };
    return { ...EMPTY, sections, areas: [floor], landmarks: [stage(names, 2_400, 700, 0)] };
}

/** Two rings of blocks around a field. */
function stadium(names: TemplateNames): Draft {
    const ring = (first: number, blocks: number, radius: number, rows: Section['rows']) =>
        Array.from({ length: blocks }, (_, at): Section => {
            const turn = (at * 2 * Math.PI) / blocks;
            return {
                name: `${names.block} ${first + at}`,
                x_cm: Math.round(-radius * Math.sin(turn)),
                y_cm: Math.round(radius * Math.cos(turn)),
                rotation_mdeg: Math.round((at * 360_000) / blocks),
                curve_radius_cm: radius,
                rows,
                row_names: { style: 'numbers', first: 1 },
            };
        });
    const shape = {
        kind: 'rectangle',
        x_cm: -5_250,
        y_cm: -3_400,
        width_cm: 10_500,
        height_cm: 6_800,
    } as const;
    return {
        ...EMPTY,
        sections: [
            ...ring(101, 28, 6_900, [{ count: 16, seats: 25, tier: 0, widen_every: 4 }]),
            ...ring(201, 36, 8_900, [{ count: 14, seats: 25, tier: 1, widen_every: 4 }]),
        ],
        landmarks: [{ name: names.field, shape }],
    };
}

function standing(names: TemplateNames): Draft {
    const across = { kind: 'rectangle' as const, x_cm: -1_500, width_cm: 3_000 };
    return {
        ...EMPTY,
        areas: [
            { name: names.front, capacity: 400, tier: 0, shape: { ...across, y_cm: 200, height_cm: 800 } },
            {
                name: names.standing,
                capacity: 1_600,
                tier: 1,
                shape: { ...across, y_cm: 1_100, height_cm: 1_800 },
            },
        ],
        landmarks: [stage(names, 2_000, 500, 0)],
    };
}
