/**
 * Measures how smoothly the seat map moves: `npm run map-frames -- [venue …] [--throttle 4] [--dark]`. Venues are those
 * of vectors.json, `stadium` (80,000 seats by rules), `drawn` (as many where a drawing has them) and `decorated`.
 *
 * The real component is built for production and opened in Chromium at 390 × 700 CSS pixels, twice as many device
 * pixels, with the CPU slowed down. It is panned and zoomed by real input events; printed are the median and the 95th percentile of
 * the time from frame to frame, of the work in a frame, and how long the map took to be there.
 */

import { createServer } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type CDPSession, type Page } from 'playwright-core';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build } from 'vite';

const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
        throttle: { type: 'string', default: '4' },
        width: { type: 'string', default: '390' },
        height: { type: 'string', default: '700' },
        dark: { type: 'boolean', default: false },
        /** Folder for pictures of what was measured. */
        pictures: { type: 'string' },
    },
});
const venues = positionals.length > 0 ? positionals : ['theatre', 'arena', 'stadium'];
const SIZE = { width: Number(values.width), height: Number(values.height) };
const MOVE_MS = 2_500;
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

const root = fileURLToPath(new URL('./map-frames', import.meta.url));
const out = await mkdtemp(join(tmpdir(), 'map-frames-'));
await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
    resolve: { alias: { $lib: join(root, '../../src/lib') } },
    build: { outDir: out, emptyOutDir: true, target: 'es2022' },
});
const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path.startsWith('/api/seat-map-files/'))
        return void response.setHeader('Content-Type', 'image/svg+xml').end(decoration());
    try {
        const body = await readFile(join(out, path === '/' ? 'index.html' : path));
        response.setHeader('Content-Type', TYPES[extname(path)] ?? 'text/html').end(body);
    } catch {
        response.writeHead(404).end();
    }
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const port = typeof address === 'object' && address ? address.port : 0;

const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
    ],
});
try {
    for (const venue of venues) await measure(venue);
} finally {
    await browser.close();
    server.close();
    await rm(out, { recursive: true });
}

/** What is drawn around the seats of the decorated venue: walls, stairs, lawns, hundreds of lines and words. */
function decoration(): string {
    const stairs = Array.from({ length: 720 }, (_, at) => {
        const angle = (at * Math.PI) / 360;
        const [x, y] = [Math.cos(angle), Math.sin(angle)];
        return `<path d="M${x * 6600} ${y * 6600}L${x * 15800} ${y * 15800}" stroke="#b9b2a4" stroke-width="30"/>`;
    });
    const words = Array.from({ length: 40 }, (_, at) => {
        const angle = (at * 2 * Math.PI) / 40;
        const [x, y] = [16600 * Math.cos(angle), 16600 * Math.sin(angle)];
        return `<text x="${x}" y="${y}" font-size="420" text-anchor="middle" fill="#3a2d6d">Gate ${at + 1}</text>`;
    });
    const walls = [6500, 11100, 15900].map(
        (radius) => `<circle r="${radius}" fill="none" stroke="#3a2d6d" stroke-width="60"/>`,
    );
    const lawn = '<rect x="-5000" y="-3200" width="10000" height="6400" fill="#8fc48a"/>';
    return `<svg xmlns="http://www.w3.org/2000/svg" width="3600" height="3600" viewBox="-18000 -18000 36000 36000">${lawn}${stairs.join('')}${walls.join('')}${words.join('')}</svg>`;
}

interface Frames {
    gaps: number[];
    work: number[];
}

async function measure(venue: string): Promise<void> {
    const context = await browser.newContext({
        viewport: SIZE,
        deviceScaleFactor: 2,
        hasTouch: true,
        colorScheme: values.dark ? 'dark' : 'light',
    });
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${port}/?venue=${encodeURIComponent(venue)}`);
    await page.waitForFunction('window.ready');
    const expanded = await page.evaluate("performance.getEntriesByName('expanded')[0].duration");
    const cdp = await context.newCDPSession(page);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: Number(values.throttle) });
    const seats = Number(await page.evaluate('seatMap.seatCount'));
    const ready = `ready after ${Number(expanded).toFixed(0)} ms, throttle ${values.throttle}x`;
    console.log(`${venue}, ${seats.toLocaleString('en')} seats: ${ready}`);
    await report(page, 'at rest, whole', () => wait(page, MOVE_MS));
    await report(page, 'zooming by wheel', () => wheel(page, -1));
    await picture(page, `${venue}-zoomed`);
    await report(page, 'panning, seats', () => drag(page, cdp));
    await page.evaluate(() => document.querySelector<HTMLElement>('.zoom button:last-child')?.click());
    await wait(page, 800);
    await picture(page, `${venue}-whole`);
    for (let step = 0; step < 2; step++) {
        await page.evaluate(() => document.querySelector<HTMLElement>('.zoom button')?.click());
        await wait(page, 800);
    }
    await report(page, 'panning, farther', () => drag(page, cdp));
    await picture(page, `${venue}-farther`);
    await report(page, 'live changes while panning', async () => {
        await page.evaluate(() => {
            const { states, seatMap } = window as unknown as {
                states: { change(seats: [number, number][]): void };
                seatMap: { seatCount: number };
            };
            const timer = setInterval(() => {
                const seats = Array.from({ length: 40 }, (): [number, number] => [
                    Math.floor(Math.random() * seatMap.seatCount),
                    Math.floor(Math.random() * 3),
                ]);
                states.change(seats);
            }, 150);
            setTimeout(() => clearInterval(timer), 2_500);
        });
        await drag(page, cdp);
    });
    await context.close();
}

function wait(page: Page, ms: number): Promise<unknown> {
    return page.evaluate((time) => new Promise((resolve) => setTimeout(resolve, time)), ms);
}

async function picture(page: Page, name: string): Promise<void> {
    if (!values.pictures) return;
    await wait(page, 600);
    await page.screenshot({ path: join(values.pictures, `${name}.png`) });
}

/** A finger that goes round, without lifting. */
async function drag(page: Page, cdp: CDPSession): Promise<void> {
    const at = (share: number) => ({
        x: SIZE.width / 2 + (SIZE.width / 2.6) * Math.cos(share * 4 * Math.PI),
        y: SIZE.height / 2 + (SIZE.height / 2.6) * Math.sin(share * 6 * Math.PI),
    });
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', share: number) =>
        cdp.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [at(share)] });
    await touch('touchStart', 0);
    const started = Date.now();
    for (let share = 0; share < 1; share = (Date.now() - started) / MOVE_MS) {
        await touch('touchMove', share);
        await new Promise((resolve) => setTimeout(resolve, 8));
    }
    await touch('touchEnd', 1);
    await wait(page, 300);
}

async function wheel(page: Page, direction: 1 | -1): Promise<void> {
    await page.mouse.move(SIZE.width * 0.55, SIZE.height * 0.55);
    const started = Date.now();
    while (Date.now() - started < MOVE_MS) {
        await page.mouse.wheel(0, direction * 40);
        await new Promise((resolve) => setTimeout(resolve, 16));
    }
}

/** Frames while something is done. The work of a frame ends when the task that its callbacks are in does. */
async function report(page: Page, name: string, act: () => Promise<unknown>): Promise<void> {
    await page.evaluate(() => {
        const frames: Frames = { gaps: [], work: [] };
        let before = 0;
        const channel = new MessageChannel();
        let began = 0;
        channel.port1.onmessage = () => frames.work.push(performance.now() - began);
        const tick = (now: number) => {
            if (before > 0) frames.gaps.push(now - before);
            before = now;
            began = performance.now();
            channel.port2.postMessage(null);
            const running = (window as unknown as { measuring: boolean }).measuring;
            if (running) requestAnimationFrame(tick);
        };
        Object.assign(window, { measuring: true, frames });
        requestAnimationFrame(tick);
    });
    await act();
    const frames = await page.evaluate(() => {
        const seen = window as unknown as { measuring: boolean; frames: Frames };
        seen.measuring = false;
        return seen.frames;
    });
    const at = (list: number[], share: number) => {
        const sorted = [...list].sort((a, b) => a - b);
        return (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(1);
    };
    const { gaps, work } = frames;
    console.log(
        `  ${name.padEnd(28)} frame median ${at(gaps, 0.5)} ms, p95 ${at(gaps, 0.95)} ms; work median ${at(work, 0.5)} ms, p95 ${at(work, 0.95)} ms (${gaps.length} frames)`,
    );
}
