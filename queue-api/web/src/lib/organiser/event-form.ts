/** The form of an event: what the API calls fields, in the units that people type. */

import type { Schema } from '$lib/api/client';
import type { EventDetail } from '$lib/api/events';
import { minorUnits } from '$lib/i18n/format';
import { momentOf, ownZone, wallTime } from './zones';

export type EventFields = Schema['EventFields'];
export type RoomSettings = Required<Schema['WaitingRoomSettings']>;

export interface TierRow {
    /** Stays with the row while others come and go. */
    key: number;
    tier: number;
    name: string;
    /** As typed. */
    price: string;
}

/** A lane of a waiting room besides everybody's. */
export interface LaneRow {
    key: number;
    name: string;
    /** Percent. */
    share: number | null;
    entry: Schema['LaneEntry'];
}

export interface EventForm {
    title: string;
    description: string;
    category: Schema['Category'];
    venue: string;
    city: string;
    zone: string;
    /** Wall-clock times of the event's zone. */
    startsAt: string;
    saleOpensAt: string;
    demand: Schema['Demand'];
    access: Schema['WaitingAccess'];
    currency: string;
    perPerson: number | null;
    mayCancel: boolean;
    cancelHours: number | null;
    holdMinutes: number | null;
    tiers: TierRow[];
    room: {
        cap: number | null;
        rate: number | null;
        lobbyMinutes: number | null;
        claimMinutes: number | null;
        graceSeconds: number | null;
        passMinutes: number | null;
        lanes: LaneRow[];
    };
}

/** What the API assumes (`queue-api/src/events/fields.rs`). */
export const ROOM_DEFAULTS: RoomSettings = {
    lease_cap: 500,
    rate_per_minute: 1_000,
    lobby_minutes: 30,
    claim_window_seconds: 120,
    grace_seconds: 30,
    pass_ttl_seconds: 600,
    lanes: [],
};
export const MOST_LANES = 3;
export const CATEGORIES = [
    'concert',
    'theatre',
    'festival',
    'comedy',
    'sport',
    'cinema',
    'conference',
    'other',
] as const;
const MOST_TIERS = 100;
const DAY_MS = 86_400_000;

let lastKey = 0;

/** An empty form: a month ahead, on sale in a week. */
export function newForm(nowMs: number): EventForm {
    const zone = ownZone();
    const evening = (days: number, time: string) =>
        `${wallTime(nowMs + days * DAY_MS, zone).slice(0, 10)}T${time}`;
    return {
        title: '',
        description: '',
        category: 'concert',
        venue: '',
        city: '',
        zone,
        startsAt: evening(30, '19:30'),
        saleOpensAt: evening(7, '10:00'),
        demand: 'direct',
        access: 'everyone',
        currency: 'EUR',
        perPerson: 8,
        mayCancel: true,
        cancelHours: 48,
        holdMinutes: 10,
        tiers: [tierRow(0, '', '')],
        room: roomForm(ROOM_DEFAULTS),
    };
}

/** The form of an event that is there. */
export function formOf(event: EventDetail): EventForm {
    const minutes = event.cancel_until_minutes ?? null;
    return {
        title: event.title,
        description: event.description,
        category: event.category,
        venue: event.venue,
        city: event.city,
        zone: event.time_zone,
        startsAt: wallTime(event.starts_at, event.time_zone),
        saleOpensAt: wallTime(event.sale_opens_at, event.time_zone),
        demand: event.demand,
        access: event.waiting_access,
        currency: event.currency,
        perPerson: event.tickets_per_person,
        mayCancel: minutes !== null,
        cancelHours: minutes === null ? 48 : minutes / 60,
        holdMinutes: event.hold_seconds / 60,
        tiers: event.tiers.map(({ tier, name, price_minor }) =>
            tierRow(tier, name, priceText(price_minor, event.currency)),
        ),
        room: roomForm(event.waiting_room ?? ROOM_DEFAULTS),
    };
}

function roomForm(room: RoomSettings): EventForm['room'] {
    return {
        cap: room.lease_cap,
        rate: room.rate_per_minute,
        lobbyMinutes: room.lobby_minutes,
        claimMinutes: room.claim_window_seconds / 60,
        graceSeconds: room.grace_seconds ?? 0,
        passMinutes: room.pass_ttl_seconds / 60,
        lanes: room.lanes.map(({ name, share_percent, entry }) => ({
            ...newLane(),
            name,
            share: share_percent,
            entry,
        })),
    };
}

/** A lane as one begins with it. */
export function newLane(): LaneRow {
    return { key: ++lastKey, name: '', share: 10, entry: 'open' };
}

function tierRow(tier: number, name: string, price: string): TierRow {
    return { key: ++lastKey, tier, name, price };
}

/** One more tier, under the lowest number that is free. */
export function withTier(tiers: readonly TierRow[]): TierRow[] {
    const free = Array.from({ length: MOST_TIERS }, (_, at) => at).find(
        (at) => !tiers.some(({ tier }) => tier === at),
    );
    return free === undefined ? [...tiers] : [...tiers, tierRow(free, '', '')];
}

/** Minor units of what was typed, with a point or a comma; nothing when it is no amount of that currency. */
export function priceOf(text: string, currency: string): number | undefined {
    const units = safeUnits(currency);
    const decimals = Math.round(Math.log10(units));
    const plain = text.replace(/[\s'’]/g, '').replace(',', '.');
    const match = /^(\d{1,9})(?:\.(\d*))?$/.exec(plain);
    if (!match || (match[2] ?? '').length > decimals) return undefined;
    return Number(match[1]) * units + Number((match[2] ?? '').padEnd(decimals, '0') || 0);
}

/** An amount as one types it. */
export function priceText(minor: number, currency: string): string {
    const units = safeUnits(currency);
    return (minor / units).toFixed(Math.round(Math.log10(units)));
}

function safeUnits(currency: string): number {
    return /^[A-Z]{3}$/.test(currency) ? minorUnits(currency) : 100;
}

/** What the API takes, and the fields that cannot be sent as they are. Names are the API's own. */
export function fieldsOf(form: EventForm): { fields: EventFields; wrong: string[] } {
    const wrong: string[] = [];
    const need = <T>(value: T | null | undefined | '', field: string, otherwise: T): T => {
        if (value !== null && value !== undefined && value !== '') return value;
        wrong.push(field);
        return otherwise;
    };
    const scaled = (value: number | null, by: number, field: string) =>
        Math.round(need(value, field, 0) * by);
    const { room } = form;
    const fields: EventFields = {
        title: need(form.title.trim(), 'title', ''),
        description: form.description.trim(),
        category: form.category,
        venue: need(form.venue.trim(), 'venue', ''),
        city: need(form.city.trim(), 'city', ''),
        time_zone: form.zone,
        starts_at: need(momentOf(form.startsAt, form.zone), 'starts_at', ''),
        sale_opens_at: need(momentOf(form.saleOpensAt, form.zone), 'sale_opens_at', ''),
        demand: form.demand,
        waiting_access: form.demand === 'queue' ? form.access : 'everyone',
        currency: need(form.currency.trim().toUpperCase(), 'currency', ''),
        tickets_per_person: scaled(form.perPerson, 1, 'tickets_per_person'),
        cancel_until_minutes: form.mayCancel ? scaled(form.cancelHours, 60, 'cancel_until_minutes') : null,
        hold_seconds: scaled(form.holdMinutes, 60, 'hold_seconds'),
        tiers: form.tiers.map(({ tier, name, price }, at) => ({
            tier,
            name: need(name.trim(), `tiers[${at}].name`, ''),
            price_minor: need(priceOf(price, form.currency), `tiers[${at}].price_minor`, 0),
        })),
    };
    if (form.demand === 'queue') {
        fields.waiting_room = {
            lease_cap: scaled(room.cap, 1, 'waiting_room.lease_cap'),
            rate_per_minute: scaled(room.rate, 1, 'waiting_room.rate_per_minute'),
            lobby_minutes: scaled(room.lobbyMinutes, 1, 'waiting_room.lobby_minutes'),
            claim_window_seconds: scaled(room.claimMinutes, 60, 'waiting_room.claim_window_seconds'),
            grace_seconds: scaled(room.graceSeconds, 1, 'waiting_room.grace_seconds'),
            pass_ttl_seconds: scaled(room.passMinutes, 60, 'waiting_room.pass_ttl_seconds'),
            lanes: room.lanes.map(({ name, share, entry }, at) => ({
                name: need(name.trim(), `waiting_room.lanes[${at}].name`, ''),
                share_percent: need(share, 'waiting_room.lanes', 0),
                entry,
            })),
        };
    }
    return { fields, wrong };
}

/** Only what differs, for a change. */
export function changesOf(now: EventFields, before: EventFields): Partial<EventFields> {
    const differs = (key: keyof EventFields) => JSON.stringify(now[key]) !== JSON.stringify(before[key]);
    return Object.fromEntries(
        (Object.keys(now) as (keyof EventFields)[]).filter(differs).map((key) => [key, now[key]]),
    );
}

/** How many fans a waiting room lets through in an hour: whichever limit is the tighter one. */
export function fansPerHour(form: EventForm): number {
    const { cap, rate, passMinutes } = form.room;
    const byRate = (rate ?? 0) * 60;
    // Everybody takes all the time there is: the slowest case.
    const byCap = passMinutes ? ((cap ?? 0) * 60) / passMinutes : 0;
    return Math.floor(Math.min(byRate, byCap));
}
