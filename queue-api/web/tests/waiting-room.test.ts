/** The waiting room with JavaScript: from the lobby to the ticket, and what happens to those who wait. */

import { expect, test } from 'vitest';
import { commitmentOf, fromHex, numberOf } from '../waiting-room/draw.js';
import { at, shown, useBrowser, type Visitor } from './support/browser';
import { confirmed, findBest, goOn, pay, sayWho } from './support/buying';
import { makeQueueEvent, oneRow, register } from './support/people';
import { until } from './support/until';
import {
    buyInside,
    heading,
    isShown,
    joinRoom,
    live,
    steer,
    takeLease,
    told,
    words,
} from './support/waiting';

const stage = useBrowser();
const LOBBY_S = 15;
/** Only one may shop, so everybody else waits. */
const ONE_AT_A_TIME = { lease_cap: 1, rate_per_minute: 600, lobby_minutes: 60, claim_window_seconds: 600 };

/** Two who were in the lobby: the one whose turn came first, and the one who waits. */
async function afterDraw(): Promise<{ first: Visitor; second: Visitor }> {
    const fans = await Promise.all([stage.arrive(), stage.arrive()]);
    const event = await makeQueueEvent(LOBBY_S, { waiting_room: ONE_AT_A_TIME });
    await Promise.all(fans.map((fan) => joinRoom(fan, event)));
    await Promise.all(fans.map((fan) => heading(fan, words.lobby_title)));
    for (const fan of fans) {
        const timer = fan.page.locator('#lobby').getByRole('timer');
        await until('the countdown runs', async () => /^0:\d\d$/.test((await timer.textContent()) ?? ''));
    }
    const second = await until('one of them waits', async () => {
        const waits = await Promise.all(fans.map((fan) => isShown(fan, 'line')));
        const others = await Promise.all(fans.map((fan) => isShown(fan, 'turn')));
        return waits.includes(true) && others.includes(true) && fans[waits.indexOf(true)];
    });
    return { first: fans.find((fan) => fan !== second)!, second };
}

/** Somebody in the line of an event where somebody else shops. */
async function inLine(seats?: object) {
    const event = await makeQueueEvent(-60, { waiting_room: ONE_AT_A_TIME }, seats);
    const [shopper, fan] = await Promise.all([register('Sheila Shopper'), stage.arrive()]);
    const { headers } = await takeLease(event, shopper);
    await joinRoom(fan, event);
    await heading(fan, words.line_title);
    return { event, fan, shopper, headers };
}

/** What the page says of the draw is what everybody can recompute. */
async function checkDraw({ page }: Visitor): Promise<string> {
    await page.getByText(words.draw_title).click();
    const draw = page.locator('#draw');
    const said = async (name: string) => (await draw.locator(`[data-t=${name}]`).textContent()) ?? '';
    // Each page fetches the seed at a moment of its own.
    await until('the seed is there', async () => /^[0-9a-f]{64}$/.test(await said('seed')));
    await until('the place is computed', async () => /^\d+$/.test(await said('drawn')));
    const [seed, count] = [fromHex(await said('seed')), Number(await said('count'))];
    const [ordinal, number] = [Number(await said('ordinal')), Number(await said('drawn'))];
    await shown(draw.getByText(await commitmentOf(seed)));
    expect(await numberOf(seed, count, ordinal)).toBe(number);
    await shown(draw.getByText(told(live.check_ok, { ordinal, count, number })));
    return `${ordinal} ${number}`;
}

test('from the lobby through the draw and the line to the tickets', async () => {
    const { first, second } = await afterDraw();
    const [one, two] = [await checkDraw(first), await checkDraw(second)];
    expect([one.split(' ')[1], two.split(' ')[1]]).toEqual(['0', '1']);

    await second.page.reload();
    await heading(second, words.line_title);
    expect(await checkDraw(second)).toBe(two);
    await shown(second.text(live.ahead_none));

    // The first one gives up, so the turn of the second comes without a reload.
    await first.text(words.leave).click();
    await first.button(words.leave_yes).click();
    await shown(first.text(words.left_text));
    await heading(second, words.turn_title);
    expect(await second.page.title()).toContain(live.turn);
    await second.button(words.enter).click();
    await at(second.page, /^\/events\/[^/]+\/seats$/);

    const answers: number[] = [];
    second.page.on('response', (response) => {
        const { pathname } = new URL(response.url());
        if (pathname === '/api/bookings' && response.request().method() === 'POST')
            answers.push(response.status());
    });
    await findBest(second);
    await goOn(second);
    await sayWho(second);
    await pay(second);
    const booking = await confirmed(second);
    expect(answers).toEqual([202]);
    await second.page.reload();
    expect(await confirmed(second)).toBe(booking);
});

test('tabs share one connection, and all of them hear why the line is paused', async () => {
    const { event, fan } = await inLine();
    const other = await fan.context.newPage();
    let sockets = 0;
    other.on('websocket', () => sockets++);
    await other.goto(`/events/${event.id}/waiting-room`);
    await shown(other.getByRole('heading', { name: words.line_title }));
    await steer(event, { phase: 'paused', pause_reason: 'A lift is stuck' });
    const notice = told(live.paused_why, { why: 'A lift is stuck.' });
    await Promise.all([fan.page, other].map((page) => shown(page.getByText(notice))));
    await steer(event, { phase: 'open' });
    for (const page of [fan.page, other]) await page.getByText(notice).waitFor({ state: 'hidden' });
    expect(sockets).toBe(0);

    // The one that held it is closed: the other takes over.
    await fan.page.close();
    await until('the other tab connects', () => sockets === 1);
    await steer(event, { phase: 'paused', pause_reason: 'Once more' });
    await shown(other.getByText(told(live.paused_why, { why: 'Once more.' })));
});

test('sold out closes for everybody at once', async () => {
    const { event, fan, shopper, headers } = await inLine(oneRow(1));
    await buyInside(shopper, event, headers);
    await heading(fan, words.sold_out_title);
    expect(await isShown(fan, 'line')).toBe(false);
    const late = await stage.arrive();
    await late.visit(`/events/${event.id}/waiting-room`);
    await heading(late, words.sold_out_title);
});
