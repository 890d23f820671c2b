/** What is promised of every screen: no barriers, every text translated, room for longer ones, both directions. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { PHONE, useBrowser } from './support/browser';
import { openScreen, SCREENS, type Screen } from './support/screens';
import { makeWorld, wordsOf, type World } from './support/world';

const stage = useBrowser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
let world: World;
let axe: string;

beforeAll(async () => {
    world = await makeWorld();
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
});

/** WCAG 2.2 AA and what axe knows to be good practice. */
async function barriers(page: Page): Promise<string[]> {
    await page.evaluate(axe);
    const found = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
    return found.violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
    );
}

describe.each(SCREENS.map((screen) => [screen.name, screen] as const))('%s', (_, screen: Screen) => {
    // A page of its own for each: switched on an open page, Chromium keeps some inherited colours of the other scheme.
    test.each(['light', 'dark'] as const)('has no barrier in the %s', async (colorScheme) => {
        const visitor = await stage.arrive({ ...PHONE, colorScheme });
        await openScreen(visitor, screen, world);
        expect(await barriers(visitor.page)).toEqual([]);
    });

    test('fits 320 px with longer texts, all of them translated', async () => {
        const visitor = await stage.arrive({ viewport: { width: 320, height: 640 } });
        await openScreen(visitor, screen, world, 'lang=en-XA');
        expect(await overflow(visitor.page)).toEqual([]);
        if (!screen.plain && !screen.crowded)
            expect(await untranslated(visitor.page, wordsOf(world))).toEqual([]);
    });

    test.skipIf(screen.plain)('reads from right to left', async () => {
        const visitor = await stage.arrive({ viewport: { width: 320, height: 640 } });
        await openScreen(visitor, screen, world, 'lang=ar-XB');
        expect(await visitor.page.locator('html').getAttribute('dir')).toBe('rtl');
        expect(await overflow(visitor.page)).toEqual([]);
    });
});

/** What sticks out of a page that must not scroll sideways. */
function overflow(page: Page): Promise<string[]> {
    return page.evaluate(() => {
        const room = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= room) return [];
        return [...document.body.querySelectorAll('*')]
            .filter((element) => {
                const { left, right, width } = element.getBoundingClientRect();
                return width > 0 && (right > room + 1 || left < -1);
            })
            .map((element) => element.outerHTML.slice(0, 120));
    });
}

/** Words of dates and of languages' own names, which no catalogue holds. */
const NOT_TEXTS = [
    'Onsale',
    'English',
    'Deutsch',
    'Français',
    'Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Mon|Tue|Wed|Thu|Fri|Sat|Sun',
    'January|February|March|April|May|June|July|August|September|October|November|December',
    'Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec',
    'GMT|CET|UTC|hours?|minutes?|seconds?|days?|now|and',
];

/** Visible texts that did not come from a catalogue: the pseudo-locale puts those into brackets. */
function untranslated(page: Page, words: string[]): Promise<string[]> {
    const patterns = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const known = [...patterns, ...NOT_TEXTS.map((word) => `\\b(?:${word})\\b`)].join('|');
    return page.evaluate((source) => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const raw: string[] = [];
        while (walker.nextNode()) {
            const element = walker.currentNode.parentElement;
            if (!element?.checkVisibility() || element.closest('script, style, noscript')) continue;
            let text = walker.currentNode.textContent ?? '';
            while (/\[[^[\]]*\]/.test(text)) text = text.replace(/\[[^[\]]*\]/g, '');
            if (/[a-z]{3,}/i.test(text.replace(new RegExp(source, 'g'), ''))) raw.push(text.trim());
        }
        return raw;
    }, known);
}
