/** Maps for tests and measurements. */

import type { SeatMapDocument, Section } from './document';

/** 80,000 seats: two rings of forty curved blocks around a field, four tiers. */
export function stadium(): SeatMapDocument {
    const ring = (first: number, radius: number, seats: number, tier: number): Section[] =>
        Array.from({ length: 40 }, (_, block) => {
            const angle = (block * 2 * Math.PI) / 40;
            return {
                name: `Block ${first + block}`,
                x_cm: Math.round(-radius * Math.sin(angle)),
                y_cm: Math.round(radius * Math.cos(angle)),
                rotation_mdeg: block * 9_000,
                curve_radius_cm: radius,
                rows: [
                    { count: 20, seats, tier },
                    { count: 20, seats: seats + 4, tier: tier + 1 },
                ],
                row_names: { style: 'numbers' as const },
            };
        });
    return {
        sections: [...ring(101, 7_000, 18, 0), ...ring(201, 11_500, 28, 2)],
        landmarks: [
            {
                name: 'Field',
                shape: { kind: 'rectangle', x_cm: -5_200, y_cm: -3_400, width_cm: 10_400, height_cm: 6_800 },
            },
        ],
    };
}

/** Rows of ten in two tiers, five rows each. */
export function stalls(): SeatMapDocument {
    const rows = [0, 1].map((tier) => ({ count: 5, seats: 10, tier }));
    return { sections: [{ name: 'Stalls', x_cm: 0, y_cm: 0, rows }] };
}

/** The shortest of a few runs, ms: a busy machine makes single ones longer. */
export function shortest(work: () => void): number {
    const runs = Array.from({ length: 7 }, () => {
        const started = performance.now();
        work();
        return performance.now() - started;
    });
    return Math.min(...runs);
}
