/** Time zones in words. */

/** The city a zone is named after: `America/New_York` → New York. */
export function zoneCity(zone: string): string {
    return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

function wall(at: Date, zone?: string): string {
    const options = { dateStyle: 'short', timeStyle: 'short', ...(zone && { timeZone: zone }) } as const;
    return new Intl.DateTimeFormat('en', options).format(at);
}

/** Whether clocks there and here show different times at that moment. */
export function elsewhere(at: string, zone: string): boolean {
    const moment = new Date(at);
    return wall(moment, zone) !== wall(moment);
}
