/** Those who use the API beside the browsers: organisers who make events, fans who take seats. */

import { randomUUID } from 'node:crypto';
import type { components } from '../../src/lib/api/schema';
import { address, administrator } from './system';
import { until } from './until';

export type Schema = components['schemas'];

export const GOOD_CARD = '4242424242424242';
export const DECLINED_CARD = '4000000000000002';

/** A person with an account, who calls the API with a token as other clients do. */
export class Person {
    constructor(
        readonly name: string,
        readonly email: string,
        readonly password: string,
        readonly token: string,
    ) {}

    /** Calls the API; an answer that is no success is an error. */
    async call<T = unknown>(method: string, path: string, body?: unknown, headers = {}): Promise<T> {
        const response = await fetch(address + path, {
            method,
            headers: {
                Authorization: `Bearer ${this.token}`,
                'Content-Type': 'application/json',
                'Idempotency-Key': randomUUID(),
                ...headers,
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
        return (
            text && /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text
        ) as T;
    }

    /** Buys the best seats of a direct event. */
    async buy(event: string, quantity: number): Promise<Schema['BookingView']> {
        const hold = await this.call<Schema['HoldView']>('POST', `/api/events/${event}/holds`, {
            best_available: { quantity },
        });
        await this.call('POST', `/api/holds/${hold.id}/checkout`, {});
        const booking = await this.call<Schema['BookingView']>('POST', '/api/bookings', {
            hold: hold.id,
            payment_method: { type: 'sandbox_card', number: GOOD_CARD },
        });
        return until('the booking is confirmed', async () => {
            const now = await this.call<Schema['BookingView']>('GET', `/api/bookings/${booking.id}`);
            return now.status === 'confirmed' && now;
        });
    }
}

/** An address nobody else has. */
export function newEmail(): string {
    return `${randomUUID().slice(0, 13)}@fans.example`;
}

async function post(path: string, body: unknown): Promise<{ access_token: string; user: { id: string } }> {
    const response = await fetch(address + path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() },
        body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
    return response.json() as never;
}

let admin: Promise<Person> | undefined;

/** Once for each file of tests: attempts to sign in are counted. */
async function signInAdministrator(): Promise<Person> {
    const { email, password } = administrator;
    return new Person(
        'Administrator',
        email,
        password,
        (await post('/api/auth/login', administrator)).access_token,
    );
}

/** A new account, with the role if it is more than a fan's. */
export async function register(name: string, role: 'fan' | 'staff' | 'organiser' = 'fan'): Promise<Person> {
    const [email, password] = [newEmail(), randomUUID()];
    const session = await post('/api/auth/register', { email, name, password });
    if (role === 'fan') return new Person(name, email, password, session.access_token);
    const by = await (admin ??= signInAdministrator());
    await by.call('PATCH', `/api/users/${session.user.id}`, { role });
    // The role stands in the token, so it takes a new one.
    const again = await post('/api/auth/login', { email, password });
    return new Person(name, email, password, again.access_token);
}

let known: Promise<Person> | undefined;

/** The organiser of the events that tests need, made once for each file of tests. */
export function organiser(): Promise<Person> {
    return (known ??= register('Olga Organiser', 'organiser'));
}

/** RFC 3339, so many seconds from now. */
export function inSeconds(seconds: number): string {
    return new Date(Date.now() + seconds * 1000).toISOString();
}

/** A theatre of two blocks, a few rows each. */
export const SMALL_HOUSE = {
    sections: [
        {
            name: 'Stalls',
            x_cm: 0,
            y_cm: 0,
            rows: [
                { count: 3, seats: 10, tier: 0 },
                { count: 3, seats: 10, tier: 1 },
            ],
            row_names: { style: 'letters_without_i_o', first: 1 },
        },
    ],
    landmarks: [
        {
            name: 'Stage',
            shape: { kind: 'rectangle', x_cm: -300, y_cm: -500, width_cm: 600, height_cm: 250 },
        },
    ],
};

/** Seats where a drawing has them, some for wheelchairs and their companions, some with a restricted view. */
export const DRAWN_HOUSE = {
    sections: [
        {
            name: 'Stalls',
            x_cm: 0,
            y_cm: 0,
            placed: ['A', 'B', 'C'].map((name, at) => ({
                name,
                tier: Math.min(at, 1),
                x_cm: [-140, 60, 60, 60, 60],
                y_cm: [at * 95, 12, 4, -4, -12],
            })),
            marks: [
                { seats: [[0, 0]], kind: 'restricted_view' },
                { seats: [[10, 11]], kind: 'wheelchair' },
                { seats: [[12, 13]], kind: 'companion' },
            ],
        },
    ],
    landmarks: SMALL_HOUSE.landmarks,
};

/** Standing room only, in two areas. */
export const MEADOW = {
    areas: [
        {
            name: 'Front',
            capacity: 50,
            tier: 0,
            shape: { kind: 'rectangle', x_cm: -800, y_cm: 0, width_cm: 1600, height_cm: 600 },
        },
        {
            name: 'Back',
            capacity: 100,
            tier: 1,
            shape: { kind: 'rectangle', x_cm: -800, y_cm: 700, width_cm: 1600, height_cm: 600 },
        },
    ],
};

/** A house with this many seats in one row. */
export function oneRow(seats: number) {
    return { sections: [{ ...SMALL_HOUSE.sections[0], rows: [{ count: 1, seats, tier: 0 }] }] };
}

export interface MadeEvent {
    id: string;
    title: string;
    organiser: Person;
}

/** Makes and publishes an event; what differs from a direct sale that is open is told. */
export async function makeEvent(differs: object = {}, seatMap: object = SMALL_HOUSE): Promise<MadeEvent> {
    const by = await organiser();
    const fields = {
        title: `Concert ${randomUUID().slice(0, 8)}`,
        description: 'Made by the browser tests.',
        category: 'concert',
        venue: 'The Tester’s House',
        city: 'Vienna',
        time_zone: 'Europe/Vienna',
        starts_at: inSeconds(30 * 86_400),
        sale_opens_at: inSeconds(-60),
        demand: 'direct',
        currency: 'EUR',
        tickets_per_person: 6,
        cancel_until_minutes: 60,
        tiers: [
            { tier: 0, name: 'Gold', price_minor: 9000 },
            { tier: 1, name: 'Silver', price_minor: 6000 },
        ],
        ...differs,
    };
    const { id } = await by.call<{ id: string }>('POST', '/api/events', fields);
    await by.call('PUT', `/api/events/${id}/seat-map`, seatMap);
    await by.call('POST', `/api/events/${id}/publish`, {});
    return { id, title: fields.title, organiser: by };
}

/** A sale behind a waiting room that opens in a moment. */
export function makeQueueEvent(
    opensInSeconds: number,
    differs: object = {},
    seatMap?: object,
): Promise<MadeEvent> {
    return makeEvent(
        {
            demand: 'queue',
            sale_opens_at: inSeconds(opensInSeconds),
            waiting_room: { lease_cap: 50, rate_per_minute: 600, claim_window_seconds: 120 },
            ...differs,
        },
        seatMap,
    );
}
