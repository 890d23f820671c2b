/** Calls that only organisers make. */

import { api, ok, type Schema } from '$lib/api/client';

import type { Draft } from './builder';
import type { SeatMapDocument } from '$lib/seat-map/document';

export type StockCount = Schema['StockCount'];
export type RoomReport = Schema['RoomReport'];
export type SalesReport = Schema['SalesReport'];
export type SalesMinute = Schema['SalesMinute'];
export type Checklist = Schema['Checklist'];
export type OrderItem = Schema['OrderItem'];
export type Order = Schema['BookingView'];

const of = (event: string) => ({ params: { path: { event } } });
const ofBooking = (booking: string) => ({ params: { path: { booking } } });

export function salesOf(event: string, signal?: AbortSignal): Promise<SalesReport> {
    return ok(api.GET('/api/events/{event}/sales', { ...of(event), ...(signal ? { signal } : {}) }));
}

export async function historyOf(event: string): Promise<SalesMinute[]> {
    return (await ok(api.GET('/api/events/{event}/sales/history', of(event)))).minutes;
}

export function checklistOf(event: string): Promise<Checklist> {
    return ok(api.GET('/api/events/{event}/publish-checklist', of(event)));
}

export async function publish(event: string): Promise<void> {
    await ok(api.POST('/api/events/{event}/publish', of(event)));
}

/** Calls an event off: every booking is cancelled. */
export async function callOff(event: string): Promise<void> {
    await ok(api.POST('/api/events/{event}/cancel', of(event)));
}

export async function deleteDraft(event: string): Promise<void> {
    await ok(api.DELETE('/api/events/{event}', of(event)));
}

export function seatMapOf(event: string): Promise<SeatMapDocument> {
    return ok(api.GET('/api/events/{event}/seat-map', of(event)));
}

export async function blockedOf(event: string): Promise<number[]> {
    return (await ok(api.GET('/api/events/{event}/blocked-seats', of(event)))).blocked;
}

/** Takes seats from sale and gives others back while the sale runs. */
export function changeBlocked(
    event: string,
    block: number[],
    unblock: number[],
): Promise<Schema['SeatsChanged']> {
    return ok(api.PATCH('/api/events/{event}/seats', { ...of(event), body: { block, unblock } }));
}

/** Gives an event its seats, if nobody has changed it since that version. */
export async function saveSeatMap(event: string, map: Draft, version: number): Promise<void> {
    const headers = { 'If-Match': `"${version}"` };
    await ok(
        api.PUT('/api/events/{event}/seat-map', {
            ...of(event),
            headers,
            body: map,
        }),
    );
}

/** A file as the body of a call; the document knows no type for bytes. */
function bytesOf(file: File): { body: never; headers: Record<string, string> } {
    return { body: file as never, headers: { 'Content-Type': file.type } };
}

/** Gives an event its poster. */
export async function savePoster(event: string, picture: File): Promise<void> {
    await ok(api.PUT('/api/events/{event}/poster', { ...of(event), ...bytesOf(picture) }));
}

/** Keeps a picture of the view from a section; gives its name in the map. */
export async function keepView(picture: File): Promise<string> {
    return (await ok(api.POST('/api/seat-map-files', bytesOf(picture)))).hash;
}

/** Moves a sold ticket to another seat; gives what it is now. */
export function moveTicket(ticket: string, seat: number): Promise<Schema['TicketView']> {
    return ok(api.PUT('/api/tickets/{ticket}/seat', { params: { path: { ticket } }, body: { seat } }));
}

/** Compares every seat that fans see with the records; gives what was mended. */
export function repairSeats(event: string): Promise<Schema['MendedSeat'][]> {
    return ok(api.POST('/api/events/{event}/seats/repair', of(event)));
}

export const MAP_FORMATS = ['svg', 'pretix', 'csv', 'onsale'] as const;

/** Where the browser downloads a seat map. */
export function mapAddress(hash: string, format: (typeof MAP_FORMATS)[number]): string {
    return `/api/seat-maps/${hash}/export?format=${format}`;
}

export async function removePoster(event: string): Promise<void> {
    await ok(api.DELETE('/api/events/{event}/poster', of(event)));
}

export async function changeRoom(event: string, body: Schema['RoomChange']): Promise<void> {
    await ok(api.PATCH('/api/events/{event}/waiting-room', { ...of(event), body }));
}

/** Lets so many in beyond the rate; gives how many may still come by that. */
export async function admitNow(event: string, count: number): Promise<number> {
    const body = { count };
    return (await ok(api.POST('/api/events/{event}/waiting-room/admit', { ...of(event), body }))).allowed;
}

export interface OrderQuery {
    q?: string;
    status?: Schema['BookingStatus'];
    cursor?: string;
}

export function ordersOf(
    event: string,
    query: OrderQuery,
    signal?: AbortSignal,
): Promise<Schema['OrderPage']> {
    const params = { path: { event }, query };
    return ok(api.GET('/api/events/{event}/bookings', { params, ...(signal ? { signal } : {}) }));
}

export function orderOf(booking: string): Promise<Order> {
    return ok(api.GET('/api/bookings/{booking}', ofBooking(booking)));
}

/** Where the browser downloads the orders of an event. */
export function csvAddress(event: string): string {
    return `/api/events/${event}/bookings.csv`;
}

/** Where the browser downloads the evidence pack of a sale. */
export function evidenceAddress(event: string): string {
    return `/api/events/${event}/waiting-room/evidence`;
}

export async function resendMail(booking: string): Promise<void> {
    await ok(api.POST('/api/bookings/{booking}/resend-mail', ofBooking(booking)));
}

export async function cancelOrder(booking: string): Promise<void> {
    await ok(api.POST('/api/bookings/{booking}/cancel', ofBooking(booking)));
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
