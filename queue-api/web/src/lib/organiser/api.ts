/** Calls that only organisers make. */

import { api, ok, type Schema } from '$lib/api/client';

export interface StockCount {
    capacity: number;
    sold: number;
    held: number;
    blocked: number;
    available: number;
}

export interface RoomReport {
    phase: Schema['RoomPhase'];
    pause_reason: string | null;
    joined: number;
    waiting: number;
    serving: number;
    offered: number;
    shopping: number;
    leases: number;
    lease_cap: number;
    admitted_last_minute: number;
    rate_per_minute: number;
    no_shows: number;
    lobby_opens_at: string;
    opens_at: string;
    claim_window_seconds: number;
    pass_ttl_seconds: number;
}

export interface SalesReport {
    event: string;
    status: Schema['EventStatus'];
    demand: Schema['Demand'];
    as_of: string;
    currency: string;
    total: StockCount;
    tiers: { tier: number; name: string; price_minor: number; stock: StockCount }[];
    areas: { area: number; name: string; tier: number; stock: StockCount }[];
    revenue: { captured_minor: number; refunded_minor: number; net_minor: number };
    bookings: {
        confirmed: number;
        processing: number;
        rejected: number;
        cancelled: number;
        last_minute: number;
        tickets: number;
    };
    mails: { pending: number; failed: number };
    waiting_room: RoomReport | null;
}

export interface SalesMinute {
    minute: string;
    bookings: number;
    tickets: number;
    revenue_minor: number;
    admissions: number;
}

export interface Checklist {
    ready: boolean;
    status: Schema['EventStatus'];
    missing: { code: string; field: string; message: string; tier?: number }[];
}

export interface OrderItem {
    id: string;
    status: Schema['BookingStatus'];
    buyer_name: string | null;
    buyer_email: string | null;
    ticket_count: number;
    total: Schema['Money'];
    created_at: string;
    mail_status: 'pending' | 'sent' | 'failed' | null;
}

export interface OrganiserFacts {
    buyer: { user: string; name: string | null; email: string | null };
    payment: {
        gateway: string;
        reference: string | null;
        status: string;
        captured_minor: number;
        refunded_minor: number;
    };
    notifications: {
        template: string;
        status: 'pending' | 'sent' | 'failed';
        retry_count: number;
        created_at: string;
        sent_at: string | null;
        last_error: string | null;
    }[];
}

export type Order = Schema['BookingView'] & { organiser?: OrganiserFacts };

interface Asked {
    event?: string;
    booking?: string;
}

function get<T>(path: string, of: Asked, query: object = {}, signal?: AbortSignal): Promise<T> {
    const options = { params: { path: of, query }, ...(signal ? { signal } : {}) };
    return ok<T>(api.GET(path as '/api/events', options as never) as never) as Promise<T>;
}

export function salesOf(event: string, signal?: AbortSignal): Promise<SalesReport> {
    return get('/api/events/{event}/sales', { event }, {}, signal);
}

export async function historyOf(event: string): Promise<SalesMinute[]> {
    const history = await get<{ minutes: SalesMinute[] }>('/api/events/{event}/sales/history', { event });
    return history.minutes;
}

export function checklistOf(event: string): Promise<Checklist> {
    return get('/api/events/{event}/publish-checklist', { event });
}

export async function blockedOf(event: string): Promise<number[]> {
    return (await get<{ blocked: number[] }>('/api/events/{event}/blocked-seats', { event })).blocked;
}

export interface OrderQuery {
    q?: string | undefined;
    status?: Schema['BookingStatus'] | undefined;
    cursor?: string | undefined;
}

export function ordersOf(
    event: string,
    query: OrderQuery,
    signal?: AbortSignal,
): Promise<{ items: OrderItem[]; next_cursor: string | null }> {
    return get('/api/events/{event}/bookings', { event }, query, signal);
}

export function orderOf(booking: string): Promise<Order> {
    return get('/api/bookings/{booking}', { booking });
}

/** Where the browser downloads the orders of an event. */
export function csvAddress(event: string): string {
    return `/api/events/${event}/bookings.csv`;
}

export async function resendMail(booking: string): Promise<void> {
    const options = { params: { path: { booking } } };
    await ok(
        api.POST('/api/bookings/{booking}/resend-mail' as '/api/bookings/{booking}/cancel', options) as never,
    );
}

export async function cancelOrder(booking: string): Promise<void> {
    await ok(api.POST('/api/bookings/{booking}/cancel', { params: { path: { booking } } }) as never);
}

/** Own events, the next one first. */
export async function ownEvents(): Promise<Schema['EventItem'][]> {
    const events: Schema['EventItem'][] = [];
    let cursor: string | null | undefined;
    do {
        const query = { mine: true, limit: 100, ...(cursor ? { cursor } : {}) };
        const page = await ok(api.GET('/api/events', { params: { query } }));
        events.push(...page.items);
        cursor = page.next_cursor;
    } while (cursor);
    return events;
}
