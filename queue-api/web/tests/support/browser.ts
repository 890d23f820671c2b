/** Real browsers. Whatever a page reports as an error, violations of its security policy included, fails the test. */

import { mkdir } from 'node:fs/promises';
import {
    chromium,
    type Browser,
    type BrowserContext,
    type BrowserContextOptions,
    type Cookie,
    type Locator,
    type Page,
    type Request,
} from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, type TestContext } from 'vitest';
import type { Person } from './people';
import { address } from './system';
import { PATIENCE_MS, until } from './until';

/** The application has no page here: the answer is 404, and the page says so. */
export const NOWHERE = '/no/such/page';

export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;
export const DESKTOP = { viewport: { width: 1440, height: 900 } } as const;

const FLAGS = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
];
const EXECUTABLE = process.env['ONSALE_CHROMIUM'] ?? '/usr/bin/chromium';
/** Where what a page showed when its test failed is kept. */
const FAILED = new URL('../../screenshots/failed/', import.meta.url).pathname;

export function launch(flags: string[] = []): Promise<Browser> {
    return chromium.launch({ executablePath: EXECUTABLE, args: [...FLAGS, ...flags] });
}

/** One person's browser: a context with a page, and what it complained about. */
export class Visitor {
    readonly complaints: string[] = [];
    #offline = false;

    private constructor(
        readonly context: BrowserContext,
        readonly page: Page,
    ) {}

    static async arrive(browser: Browser, options: BrowserContextOptions): Promise<Visitor> {
        const context = await browser.newContext({
            baseURL: address,
            locale: 'en-GB',
            timezoneId: 'Europe/Vienna',
            reducedMotion: 'reduce',
            serviceWorkers: 'allow',
            ...options,
        });
        context.setDefaultTimeout(PATIENCE_MS);
        const visitor = new Visitor(context, await context.newPage());
        context.on('console', (message) => {
            if (message.type() !== 'error') return;
            visitor.#note(message.text(), message.location().url);
        });
        context.on('weberror', (error) => visitor.complaints.push(String(error.error())));
        return visitor;
    }

    /** Cuts the network, or gives it back. */
    async offline(cut: boolean): Promise<void> {
        if (cut) this.#offline = true;
        await this.context.setOffline(cut);
    }

    /** Signs in without the form, as this person. */
    async be(person: Pick<Person, 'email' | 'password'>): Promise<void> {
        const answer = await this.context.request.post('/api/auth/login', {
            data: { email: person.email, password: person.password },
            headers: { 'Onsale-Client': 'web' },
        });
        expect(answer.status()).toBe(200);
        await this.carryOn([]);
    }

    /** Is somebody who signed in before, and got these. */
    async carryOn(cookies: Cookie[]): Promise<void> {
        await this.context.addCookies(cookies);
        await this.context.addInitScript(() => localStorage.setItem('onsale.session', '1'));
    }

    /** Joins the waiting room of an event, without its page. */
    async join(event: { id: string }, lane = 0): Promise<void> {
        const answer = await this.context.request.post(`/api/events/${event.id}/waiting-room/places`, {
            headers: { 'Onsale-Client': 'web' },
            data: { lane },
        });
        expect(answer.status()).toBe(202);
    }

    /** Opens a screen and waits until its main heading is there. */
    async visit(path: string): Promise<void> {
        await this.page.goto(path);
        await shown(this.page.locator('h1').first());
    }

    button(name: string | RegExp): Locator {
        return this.page.getByRole('button', { name });
    }

    link(name: string | RegExp): Locator {
        return this.page.getByRole('link', { name });
    }

    text(text: string | RegExp): Locator {
        return this.page.getByText(text);
    }

    #note(text: string, from: string) {
        // A refusal is an answer: what the page makes of it is what tests look at.
        const refused = /status of (4\d\d|503)/.test(text) && from.includes('/api/');
        const unreachable = /ERR_INTERNET_DISCONNECTED|ERR_ADDRESS_UNREACHABLE|WebSocket/.test(text);
        const nowhere = /status of 404/.test(text) && from.includes(NOWHERE);
        if (refused || nowhere || (this.#offline && unreachable)) return;
        this.complaints.push(`${text} (${from})`);
    }
}

/** Waits until it can be seen. */
export async function shown(locator: Locator): Promise<void> {
    await locator.waitFor({ state: 'visible' });
}

/** Waits until the address fits. */
export async function at(page: Page, path: RegExp): Promise<string> {
    return until(`the address fits ${path} (it is ${page.url()})`, () => {
        const { pathname } = new URL(page.url());
        return path.test(pathname) && pathname;
    }).catch(() => Promise.reject(new Error(`the address is ${page.url()}, not ${path}`)));
}

/** Requests that a page makes, as they come. */
export function requestsOf(page: Page): Request[] {
    const requests: Request[] = [];
    page.on('request', (request) => requests.push(request));
    return requests;
}

/** A browser for the tests of a file; everybody who arrived leaves after each test, and nobody may have complained. */
export function useBrowser(flags: string[] = []) {
    let browser: Browser;
    let visitors: Visitor[] = [];

    beforeAll(async () => {
        browser = await launch(flags);
    });

    afterEach(async (test) => {
        const leaving = visitors;
        visitors = [];
        if (test.task.result?.state === 'fail') await keep(leaving, test);
        await Promise.all(leaving.map(({ context }) => context.close()));
        expect(leaving.flatMap(({ complaints }) => complaints)).toEqual([]);
    });

    afterAll(() => browser.close());

    return {
        /** Somebody new, on a phone unless told otherwise. */
        async arrive(options: BrowserContextOptions = PHONE): Promise<Visitor> {
            const visitor = await Visitor.arrive(browser, options);
            visitors.push(visitor);
            return visitor;
        },
        /** A picture of one colour, PNG. */
        async picture(): Promise<Buffer> {
            const page = await browser.newPage(DESKTOP);
            await page.setContent('<body bgcolor="#204060">');
            const made = await page.screenshot({ type: 'png' });
            await page.close();
            return made;
        },
    };
}

async function keep(visitors: Visitor[], { task }: TestContext): Promise<void> {
    await mkdir(FAILED, { recursive: true });
    const name = task.name.replace(/[^a-z0-9]+/gi, '-');
    for (const [index, { page }] of visitors.entries()) {
        const path = `${FAILED}${name}-${index}.png`;
        await page.screenshot({ path }).catch(() => undefined);
        console.log(`${page.url()} is kept as ${path}`);
    }
}
