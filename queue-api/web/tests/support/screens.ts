/** Every screen there is, in the states that look different: the one list for barriers, layouts, languages, pictures. */

import type { Cookie, Page } from 'playwright-core';
import { NOWHERE, shown, type Visitor } from './browser';
import type { MadeEvent, Person } from './people';
import { until } from './until';
import type { World } from './world';

export interface Screen {
    name: string;
    who?: 'fan' | 'staff' | 'organiser';
    path: (world: World) => string;
    /** What is there when the screen is complete, besides its heading. */
    ready?: string;
    /** The event whose waiting room one has joined before, and its lane. */
    joins?: (world: World) => MadeEvent;
    lane?: number;
    /** What is done there first; without words, for it is done in every language. */
    act?: (page: Page) => Promise<void>;
    /** Not made of the catalogues of the application. */
    plain?: true;
    /** Shows more than the world that was made for it, in words that nobody knows. */
    crowded?: true;
}

/** Of somebody who has joined, once it looks as it shall. */
function waitingRoom(state: 'lobby' | 'line' | 'turn' | 'still'): Screen {
    return {
        name: `waiting-room-${state}`,
        path: (world) => `/events/${world[state].id}/waiting-room`,
        joins: (world) => world[state],
        ready: `#${state} h2`,
        plain: true,
    };
}

async function moveTicket(page: Page): Promise<void> {
    // The order that stands; another one was cancelled.
    await page.locator('tbody tr:has(td:nth-of-type(1) .chip.good) button').first().click();
    await page.locator('dialog[open] dd li button').first().click();
    await shown(page.locator('dialog canvas').first());
    await until('its seats are known', async () => (await page.locator('[aria-busy=true]').count()) === 0);
}

async function openSection(page: Page): Promise<void> {
    await page.locator('#seat-map .part').first().click();
    for (const fold of await page.locator('#seat-map .editor summary').all()) await fold.click();
}

async function takeBrush(page: Page): Promise<void> {
    await page.locator('#seat-map .tools button').nth(1).click();
    await shown(page.locator('#seat-map .segments').first());
}

/** A file that has something to complain about. */
async function upload(page: Page, name: string, text: string): Promise<void> {
    const input = page.locator('#seat-map input[type=file]');
    await input.setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
    await shown(page.locator('#seat-map ol li').first());
}

async function uploadTable(page: Page): Promise<void> {
    const seats = [0, 55, 110, 112].map((x, at) => `Stalls,A,${at + 1},${x},0,Gold`);
    await upload(page, 'house.csv', ['section,row,seat,x,y,tier', ...seats].join('\n'));
    await page.locator('#seat-map ol li button').first().click();
}

async function uploadDrawing(page: Page): Promise<void> {
    const seats = [1, 2, 2].map(
        (seat, at) => `<circle data-seat="${seat}" cx="${90 + at * 60}" cy="90" r="20"/>`,
    );
    const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 180"><g data-section="Stalls" data-row="A">${seats.join('')}</g></svg>`;
    await upload(page, 'house.svg', drawing);
}

export const SCREENS: Screen[] = [
    { name: 'waiting-room-join', path: ({ line }) => `/events/${line.id}/waiting-room`, plain: true },
    {
        name: 'waiting-room-join-lane',
        path: ({ lanes }) => `/events/${lanes.id}/waiting-room`,
        ready: '#join select',
        plain: true,
    },
    {
        name: 'waiting-room-invited',
        path: ({ invited }) => `/events/${invited.id}/waiting-room`,
        ready: '#join input',
        plain: true,
    },
    {
        name: 'waiting-room-lane',
        path: ({ lanes }) => `/events/${lanes.id}/waiting-room`,
        joins: ({ lanes }) => lanes,
        lane: 1,
        ready: '#line h2',
        plain: true,
    },
    { name: 'home', path: () => '/', ready: 'main li a', crowded: true },
    { name: 'home-search', path: () => '/?q=Cherry%20Orchard', ready: 'main li a' },
    { name: 'home-nothing', path: () => '/?q=zzzzzz' },
    { name: 'event', path: ({ direct }) => `/events/${direct.id}` },
    { name: 'event-later', path: ({ later }) => `/events/${later.id}` },
    { name: 'event-sold-out', path: ({ soldOut }) => `/events/${soldOut.id}`, ready: '#waiting-list' },
    {
        name: 'event-wanted',
        who: 'fan',
        path: ({ wanted }) => `/events/${wanted.id}`,
        ready: '#waiting-list',
    },
    {
        name: 'event-offered',
        who: 'fan',
        path: ({ offered }) => `/events/${offered.id}`,
        ready: '#waiting-list',
    },
    { name: 'event-queue', path: ({ line }) => `/events/${line.id}` },
    { name: 'missing', path: () => NOWHERE },
    { name: 'event-missing', path: () => '/events/01a1fccf-0000-7000-8000-000000000000' },
    { name: 'sign-in', path: () => '/sign-in' },
    { name: 'register', path: () => '/register' },
    { name: 'seats', path: ({ direct }) => `/events/${direct.id}/seats` },
    { name: 'seats-drawn', path: ({ drawn }) => `/events/${drawn.id}/seats` },
    { name: 'areas', path: ({ standing }) => `/events/${standing.id}/seats` },
    { name: 'checkout', who: 'fan', path: ({ hold }) => `/holds/${hold}` },
    { name: 'confirmation', who: 'fan', path: ({ booking }) => `/bookings/${booking}` },
    { name: 'cancelled', who: 'fan', path: ({ cancelled }) => `/bookings/${cancelled}` },
    { name: 'bookings', who: 'fan', path: () => '/bookings' },
    { name: 'tickets', who: 'fan', path: () => '/tickets' },
    { name: 'tickets-stranger', path: () => '/tickets' },
    { name: 'account', who: 'fan', path: () => '/account' },
    waitingRoom('lobby'),
    waitingRoom('line'),
    waitingRoom('turn'),
    waitingRoom('still'),
    { name: 'organiser', who: 'organiser', path: () => '/organiser' },
    { name: 'organiser-new', who: 'organiser', path: () => '/organiser/events/new' },
    { name: 'organiser-draft', who: 'organiser', path: ({ draft }) => `/organiser/events/${draft.id}` },
    { name: 'organiser-event', who: 'organiser', path: ({ direct }) => `/organiser/events/${direct.id}` },
    { name: 'organiser-live', who: 'organiser', path: ({ line }) => `/organiser/events/${line.id}/live` },
    {
        name: 'organiser-orders',
        who: 'organiser',
        path: ({ direct }) => `/organiser/events/${direct.id}/orders`,
    },
    {
        name: 'organiser-move',
        who: 'organiser',
        path: ({ direct }) => `/organiser/events/${direct.id}/orders`,
        act: moveTicket,
        crowded: true,
    },
    {
        name: 'organiser-section',
        who: 'organiser',
        path: ({ built }) => `/organiser/events/${built.id}`,
        act: openSection,
    },
    {
        name: 'organiser-paint',
        who: 'organiser',
        path: ({ built }) => `/organiser/events/${built.id}`,
        act: takeBrush,
    },
    {
        name: 'organiser-upload',
        who: 'organiser',
        path: ({ draft }) => `/organiser/events/${draft.id}`,
        act: uploadTable,
        crowded: true,
    },
    {
        name: 'organiser-upload-refused',
        who: 'organiser',
        path: ({ draft }) => `/organiser/events/${draft.id}`,
        act: uploadDrawing,
        crowded: true,
    },
    { name: 'door', who: 'staff', path: () => '/door', crowded: true },
    { name: 'scanner', who: 'staff', path: ({ direct }) => `/door/${direct.id}` },
];

/** Shorter than an access token lives, so that no two pages renew the same session. */
const SESSION_MS = 8 * 60_000;
const signedIn = new Map<string, { at: number; cookies: Cookie[] }>();

/** Opens a screen and waits until it is complete. */
export async function openScreen(visitor: Visitor, screen: Screen, world: World, query = ''): Promise<void> {
    if (screen.who) await become(visitor, world[screen.who]);
    if (screen.joins) await visitor.join(screen.joins(world), screen.lane);
    const path = screen.path(world);
    await visitor.visit(path + (query && (path.includes('?') ? '&' : '?') + query));
    await complete(visitor.page, screen);
    await screen.act?.(visitor.page);
}

/** Signs in as this person, as seldom as somebody who looks at many screens does. */
async function become(visitor: Visitor, person: Person): Promise<void> {
    const known = signedIn.get(person.email);
    if (known && Date.now() - known.at < SESSION_MS) return visitor.carryOn(known.cookies);
    await visitor.be(person);
    signedIn.set(person.email, { at: Date.now(), cookies: await visitor.context.cookies() });
}

async function complete(page: Page, { name, ready }: Screen): Promise<void> {
    if (ready) await shown(page.locator(ready).first());
    await until(`${name} has loaded`, async () => (await page.locator('[aria-busy=true]').count()) === 0);
    await shown(page.locator('h1').first());
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
}
