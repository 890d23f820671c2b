/** Pictures of every screen, for people to look at: `infra/screenshots`. */

import { mkdir } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, test } from 'vitest';
import { DESKTOP, PHONE, useBrowser } from './support/browser';
import { openScreen, SCREENS } from './support/screens';
import { until } from './support/until';
import { makeWorld, type World } from './support/world';

const folder = process.env['ONSALE_SCREENSHOTS'] ?? new URL('../screenshots', import.meta.url).pathname;
const SIZES = { 390: PHONE, 1440: DESKTOP };

const stage = useBrowser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
let world: World;

beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    world = await makeWorld();
});

test.each(SCREENS.map((screen) => [screen.name, screen] as const))('%s', async (name, screen) => {
    for (const [width, size] of Object.entries(SIZES)) {
        // A page of its own for each: switched on an open page, Chromium keeps some colours of the other scheme.
        for (const colorScheme of ['light', 'dark'] as const) {
            const visitor = await stage.arrive({ ...size, colorScheme });
            await openScreen(visitor, screen, world);
            await settled(visitor.page);
            await visitor.page.screenshot({
                path: `${folder}/${name}-${width}-${colorScheme}.png`,
                fullPage: true,
            });
            await visitor.context.close();
        }
    }
});

/** Nothing says that it is loading, every picture is there, and a map has drawn what it knows. */
async function settled(page: Page): Promise<void> {
    await until(
        'nothing loads',
        async () =>
            (await page
                .getByText(/^Loading/)
                .filter({ visible: true })
                .count()) === 0,
    );
    await until('all that was asked for is there', () =>
        page.evaluate(() =>
            [...document.images].every((image) => image.complete || image.loading === 'lazy'),
        ),
    );
    // Maps draw their tiles over several frames, when nothing else is to be done.
    await page.evaluate(
        () =>
            new Promise<void>((done) => {
                let frames = 30;
                const next = () =>
                    --frames > 0 ? requestAnimationFrame(next) : requestIdleCallback(() => done());
                next();
            }),
    );
}
