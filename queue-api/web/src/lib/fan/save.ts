/** Files for the person's own device. */

import { calendarOf, type Entry } from './calendar';

/** Hands over a file as a download. */
export function save(content: Blob, name: string): void {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    // The download has begun by then; until it has, the address must live.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export function saveCalendar(entry: Entry): void {
    save(new Blob([calendarOf(entry, Date.now())], { type: 'text/calendar' }), 'onsale.ics');
}
