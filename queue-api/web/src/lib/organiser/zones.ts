/** Wall-clock times in a time zone, as `<input type="datetime-local">` has them: `2026-12-12T19:30`. */

/** What the clocks of a zone show at a moment. */
export function wallTime(when: string | number | Date, zone: string): string {
    const options: Intl.DateTimeFormatOptions = {
        timeZone: zone,
        hourCycle: 'h23',
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
    };
    const parts = new Intl.DateTimeFormat('en', options).formatToParts(new Date(when));
    const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
    return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/** The moment at which the clocks of a zone show that; RFC 3339. Nothing when it is no time. */
export function momentOf(wall: string, zone: string): string | undefined {
    const asUtc = Date.parse(`${wall}Z`);
    if (Number.isNaN(asUtc) || !isZone(zone)) return undefined;
    const ahead = (moment: number) =>
        Date.parse(`${wallTime(moment, zone)}Z`) - Math.floor(moment / 60_000) * 60_000;
    // Twice, for the days on which clocks are changed.
    const first = asUtc - ahead(asUtc);
    return new Date(asUtc - ahead(first)).toISOString().replace('.000Z', 'Z');
}

export function isZone(zone: string): boolean {
    try {
        new Intl.DateTimeFormat('en', { timeZone: zone });
        return zone !== '';
    } catch {
        return false;
    }
}

/** Zones to choose from; the ones that are likely come first. */
export function zones(): string[] {
    const all = Intl.supportedValuesOf?.('timeZone') ?? [];
    return [...new Set([ownZone(), ...all])];
}

/** The browser's. */
export function ownZone(): string {
    return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
