/** Everything can be done without a pointer. */

import type { Locator, Page } from 'playwright-core';
import { test } from 'vitest';
import browse from '../src/lib/i18n/fan/browse/en';
import buy from '../src/lib/i18n/fan/buy/en';
import seats from '../src/lib/i18n/seats/en';
import { at, DESKTOP, shown, useBrowser } from './support/browser';
import { card, confirmed } from './support/buying';
import { GOOD_CARD, makeEvent, newEmail } from './support/people';

/** More stops than any screen has. */
const MOST_STOPS = 120;

const stage = useBrowser();

/** Goes there by Tab alone. */
async function tabTo(page: Page, target: Locator): Promise<void> {
    await shown(target);
    for (let stop = 0; stop < MOST_STOPS; stop++) {
        if (await target.evaluate((element) => element === document.activeElement)) return;
        await page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not lead to ${target}`);
}

test('from the home page to the tickets by keyboard alone', async () => {
    const [event, fan] = await Promise.all([makeEvent(), stage.arrive(DESKTOP)]);
    const { page } = fan;
    const press = async (target: Locator) => {
        await tabTo(page, target);
        await page.keyboard.press('Enter');
    };
    const type = async (target: Locator, text: string) => {
        await tabTo(page, target);
        await page.keyboard.type(text);
    };
    await fan.visit('/');
    await type(page.getByRole('searchbox').first(), event.title);
    await press(fan.link(event.title).first());
    await press(fan.link(browse.choose));
    await press(fan.button(seats.findBest(2)));
    await press(fan.button(seats.keepThem));
    await at(page, /^\/holds\//);
    await type(page.getByLabel(buy.name, { exact: true }), 'Kay Keyboard');
    await type(page.getByLabel(buy.email, { exact: true }), newEmail());
    await press(fan.button(buy.go));
    await type(card(fan), GOOD_CARD);
    await press(fan.button(/^Pay /));
    await confirmed(fan);
    await press(fan.link(buy.showTickets));
    await at(page, /^\/tickets\//);
    await shown(page.getByRole('img', { name: /^QR code/ }));
});
