/** The colours of a map, from the custom properties of the element it is in, so that light and dark are CSS's matter. */

export interface Palette {
    ground: string;
    section: string;
    line: string;
    lineStrong: string;
    ink: string;
    inkSoft: string;
    landmark: string;
    focus: string;
    /** By the position of a tier among the map's tiers; begins again after the last. */
    tiers: string[];
    onTier: string;
    font: string;
}

export const TIER_COLOURS = 8;

export function paletteOf(element: Element): Palette {
    const style = getComputedStyle(element);
    const read = (name: string) => style.getPropertyValue(name).trim();
    return {
        ground: read('--map-ground'),
        section: read('--map-section'),
        line: read('--line'),
        lineStrong: read('--line-strong'),
        ink: read('--ink'),
        inkSoft: read('--ink-soft'),
        landmark: read('--map-landmark'),
        focus: read('--focus'),
        tiers: Array.from({ length: TIER_COLOURS }, (_, at) => read(`--tier-${at}`)),
        onTier: read('--on-tier'),
        font: style.fontFamily,
    };
}

export function tierColour(palette: Palette, position: number): string {
    return palette.tiers[position % TIER_COLOURS] ?? palette.ink;
}

/** `share` of a colour, the rest of another; both `#rrggbb`. */
export function mixed(colour: string, other: string, share: number): string {
    const part = (hex: string, at: number) => parseInt(hex.slice(at, at + 2), 16);
    const channel = (at: number) => Math.round(part(colour, at) * share + part(other, at) * (1 - share));
    return `rgb(${channel(1)} ${channel(3)} ${channel(5)})`;
}

/** The contrast of two colours `#rrggbb`, from 1 to 21 (WCAG 2.2). */
export function contrast(one: string, other: string): number {
    const luminance = (hex: string) => {
        const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
            const value = parseInt(hex.slice(at, at + 2), 16) / 255;
            return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const [a, b] = [luminance(one), luminance(other)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
