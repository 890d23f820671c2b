import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contrast, mixed, TIER_COLOURS } from './palette';
import { FULLEST } from './shades';

/** The custom properties of a style sheet, those for dark screens apart. */
function colours(file: string): { light: Map<string, string>; dark: Map<string, string> } {
    const text = readFileSync(new URL(file, import.meta.url), 'utf8');
    const [light = '', dark = ''] = text.split('@media (prefers-color-scheme: dark)');
    const read = (css: string) =>
        new Map(
            [...css.matchAll(/(--[\w-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name ?? '', hex ?? '']),
        );
    return { light: read(light), dark: read(dark) };
}

const [own, app] = [colours('./colours.css'), colours('../../app.css')];

describe.each(['light', 'dark'] as const)('on %s screens', (scheme) => {
    const read = (name: string) => own[scheme].get(name) ?? app[scheme].get(name) ?? '';
    const grounds = ['--map-ground', '--map-section'].map(read);
    const tiers = Array.from({ length: TIER_COLOURS }, (_, at) => read(`--tier-${at}`));

    test('a tier is seen on the map, and its letter on it', () => {
        for (const tier of tiers) {
            for (const ground of grounds) expect(contrast(tier, ground), tier).toBeGreaterThan(3);
            expect(contrast(tier, read('--on-tier')), tier).toBeGreaterThan(4.5);
        }
    });

    test('what is gone or held is seen', () => {
        for (const ground of grounds) expect(contrast(read('--line-strong'), ground)).toBeGreaterThan(3);
    });

    test('the name of a section is read on its fullest shade', () => {
        for (const tier of tiers) {
            const [r = 0, g = 0, b = 0] = mixed(tier, read('--map-section'), FULLEST)
                .match(/\d+/g)!
                .map(Number);
            const hex = `#${[r, g, b].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
            expect(contrast(hex, read('--ink')), tier).toBeGreaterThan(4.5);
        }
    });
});

test('colours mix', () => {
    expect(mixed('#ffffff', '#000000', 0.5)).toBe('rgb(128 128 128)');
    expect(contrast('#ffffff', '#000000')).toBeCloseTo(21, 5);
});
