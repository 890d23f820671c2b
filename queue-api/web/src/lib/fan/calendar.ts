/** Calendar files (RFC 5545) for events. */

export interface Entry {
    id: string;
    title: string;
    place: string;
    starts_at: string;
    /** Where more is to be found. */
    url: string;
}

/** Nobody knows when it ends: an entry this long keeps the evening free. */
const LASTS_MS = 2 * 3_600_000;

function stamp(ms: number): string {
    return new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function escaped(text: string): string {
    return text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n');
}

/** Lines are at most 75 octets; what is longer goes on after a space. */
function folded(line: string): string {
    const encoder = new TextEncoder();
    const lines = [''];
    let octets = 0;
    for (const character of line) {
        const size = encoder.encode(character).length;
        if (octets + size > 73) {
            lines.push('');
            octets = 0;
        }
        lines[lines.length - 1] += character;
        octets += size;
    }
    return lines.join('\r\n ');
}

export function calendarOf(entry: Entry, now: number): string {
    const starts = Date.parse(entry.starts_at);
    const lines = [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//Onsale//EN',
        'BEGIN:VEVENT',
        `UID:${entry.id}@onsale`,
        `DTSTAMP:${stamp(now)}`,
        `DTSTART:${stamp(starts)}`,
        `DTEND:${stamp(starts + LASTS_MS)}`,
        `SUMMARY:${escaped(entry.title)}`,
        `LOCATION:${escaped(entry.place)}`,
        `URL:${entry.url}`,
        'END:VEVENT',
        'END:VCALENDAR',
    ];
    return lines.map(folded).join('\r\n') + '\r\n';
}
