/** Pictures of every screen, for people to look at: `infra/screenshots`. */

import { mkdir } from 'node:fs/promises';
import { beforeAll, test } from 'vitest';
import { DESKTOP, PHONE, useBrowser } from './support/browser';
import { openScreen, SCREENS } from './support/screens';
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
        const visitor = await stage.arrive(size);
        await openScreen(visitor, screen, world);
        for (const colorScheme of ['light', 'dark'] as const) {
            await visitor.page.emulateMedia({ colorScheme });
            await visitor.page.screenshot({
                path: `${folder}/${name}-${width}-${colorScheme}.png`,
                fullPage: true,
            });
        }
    }
});
