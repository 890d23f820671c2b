/** Money, numbers and times as the language writes them. Times of an event are in the event's own zone. */

import { locale } from './locale.svelte';

/** The language as the browser's owner writes it, if they say so: 19:30 for British English. Pseudo-locales are English. */
function tag(): string {
    const language = locale().replace(/^(en-XA|ar-XB)$/, 'en');
    const spoken = typeof navigator === 'undefined' ? [] : (navigator.languages ?? []);
    return spoken.find((one) => one.startsWith(`${language}-`)) ?? language;
}

const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function once<F extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(
    kind: string,
    make: (tag: string) => F,
): F {
    const key = `${tag()} ${kind}`;
    let format = made.get(key);
    if (!format) made.set(key, (format = make(tag())));
    return format as F;
}

/** An amount in minor units of an ISO 4217 currency. Whole amounts leave the decimals out where `short`. */
export function money(minor: number, currency: string, short = false): string {
    const plain = once(`money ${currency}`, (t) => new Intl.NumberFormat(t, { style: 'currency', currency }));
    const digits = plain.resolvedOptions().maximumFractionDigits ?? 2;
    const amount = minor / 10 ** digits;
    if (!short || !Number.isInteger(amount)) return plain.format(amount);
    const whole = { style: 'currency', currency, maximumFractionDigits: 0 } as const;
    return once(`whole ${currency}`, (t) => new Intl.NumberFormat(t, whole)).format(amount);
}

/** How many minor units make one of the currency: 100 for EUR, 1 for JPY. */
export function minorUnits(currency: string): number {
    const format = once(
        `money ${currency}`,
        (t) => new Intl.NumberFormat(t, { style: 'currency', currency }),
    );
    return 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2);
}

export function number(value: number): string {
    return once('number', (t) => new Intl.NumberFormat(t)).format(value);
}

/** A share from 0 to 1. */
export function percent(share: number): string {
    const options = { style: 'percent', maximumFractionDigits: 0 } as const;
    return once('percent', (t) => new Intl.NumberFormat(t, options)).format(share);
}

type When = string | number | Date;

function write(kind: string, options: Intl.DateTimeFormatOptions, when: When, zone?: string): string {
    const format = once(
        `${kind} ${zone}`,
        (t) => new Intl.DateTimeFormat(t, { ...options, ...(zone ? { timeZone: zone } : {}) }),
    );
    return format.format(new Date(when));
}

/** Saturday, 12 December 2026 */
export function longDate(when: When, zone?: string): string {
    return write('long', { dateStyle: 'full' }, when, zone);
}

/** Sat, 12 Dec 2026 */
export function shortDate(when: When, zone?: string): string {
    const options = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
    return write('short', options, when, zone);
}

/** 19:30 */
export function timeOfDay(when: When, zone?: string): string {
    return write('time', { timeStyle: 'short' }, when, zone);
}

/** 12 Dec, 19:30 */
export function dateTime(when: When, zone?: string): string {
    const options = { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' } as const;
    return write('both', options, when, zone);
}

/** 14:02:31 */
export function exactTime(when: When, zone?: string): string {
    return write('exact', { timeStyle: 'medium' }, when, zone);
}

/** 4:09, or 1:04:09; never below zero. */
export function countdown(ms: number): string {
    const seconds = Math.max(0, Math.ceil(ms / 1000));
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const two = (value: number) => String(value).padStart(2, '0');
    return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** in 3 days, in 2 hours, in 5 minutes */
export function relative(ms: number): string {
    const format = once('relative', (t) => new Intl.RelativeTimeFormat(t, { numeric: 'auto' }));
    const minutes = Math.round(ms / 60_000);
    if (Math.abs(minutes) < 60) return format.format(minutes, 'minute');
    const hours = Math.round(minutes / 60);
    if (Math.abs(hours) < 48) return format.format(hours, 'hour');
    return format.format(Math.round(hours / 24), 'day');
}
