/** The live board: what it shows of a sale, and how it steers the waiting room of another. */

import { expect, test } from 'vitest';
import organise from '../src/lib/i18n/organiser/en';
import room from '../waiting-room/messages/en.json';
import { DESKTOP, shown, useBrowser, type Visitor } from './support/browser';
import { makeEvent, makeQueueEvent, oneRow, register, type MadeEvent } from './support/people';
import { until } from './support/until';
import { takeLease } from './support/waiting';

const { live } = organise;

const stage = useBrowser();

async function atBoard(event: MadeEvent): Promise<Visitor> {
    const board = await stage.arrive(DESKTOP);
    await board.be(event.organiser);
    await board.visit(`/organiser/events/${event.id}/live`);
    await shown(figure(board, live.sold));
    return board;
}

function figure({ page }: Visitor, label: string) {
    return page.locator('.figure').filter({ has: page.getByRole('term').filter({ hasText: label }) });
}

async function shows(board: Visitor, label: string, value: string): Promise<void> {
    await shown(figure(board, label).getByText(value, { exact: true }));
}

test('a sale is seen as it happens, and taken back', async () => {
    const [event, fan] = await Promise.all([makeEvent(), register('Lea Live')]);
    const board = await atBoard(event);
    await shows(board, live.sold, '0');
    const booking = await fan.buy(event.id, 2);
    await shows(board, live.sold, '2');
    await shows(board, live.revenue, '€180');
    await shows(board, live.bookingsMinute, '1');
    await shown(board.page.getByRole('img', { name: new RegExp(`^${live.charts.revenue}: €180 in all`) }));
    await fan.call('POST', `/api/bookings/${booking.id}/cancel`, {});
    await shows(board, live.sold, '0');
    await shows(board, live.revenue, '€0');
});

test('every seat is compared with the records when somebody asks for it', async () => {
    const [event, fan] = await Promise.all([makeEvent(), register('Rita Repair')]);
    await fan.buy(event.id, 2);
    const board = await atBoard(event);
    await board.button(live.repair.button).click();
    await shown(board.text(live.repair.fine));
});

test('the map on the board follows when it is painted anew', async () => {
    const event = await makeEvent({}, oneRow(4));
    const board = await atBoard(event);
    const map = board.page.getByRole('application', { name: live.mapLabel });
    await shown(map);
    let seen = await map.screenshot();
    await until('the map stands still', async () => {
        const before = seen;
        seen = await map.screenshot();
        return seen.equals(before);
    });
    const [row] = oneRow(4).sections;
    const fetched = board.page.waitForResponse(/\/api\/seat-maps\/[0-9a-f]{64}$/);
    await event.organiser.call('PUT', `/api/events/${event.id}/seat-map`, {
        sections: [{ ...row, marks: [{ seats: [[0, 1]], tier: 1 }] }],
    });
    await fetched;
    await until('other colours are shown', async () => !(await map.screenshot()).equals(seen));
});

/** Joins, once the room takes places. */
async function lineUp(event: MadeEvent): Promise<Visitor> {
    const fan = await stage.arrive();
    await fan.visit(`/events/${event.id}/waiting-room`);
    await until('the fan is in the line', async () => {
        if (await fan.page.locator('#line').isVisible()) return true;
        const join = fan.button(room.page.join);
        // It goes as soon as a press has been heard.
        if (await join.isVisible()) await join.click({ timeout: 1_000 }).catch(() => undefined);
        return false;
    });
    return fan;
}

test('a waiting room is paused with a reason, goes on, and lets more in', async () => {
    const event = await makeQueueEvent(-60, {
        waiting_room: { lease_cap: 20, rate_per_minute: 1, claim_window_seconds: 300 },
    });
    await takeLease(event, await register('Ina Inside'));
    const [board, fan] = await Promise.all([atBoard(event), lineUp(event)]);
    await shows(board, live.waiting, '1');
    await shows(board, live.shopping, '1');

    await board.page.getByLabel(live.pauseReason).fill('The band is late');
    await board.button(new RegExp(live.pause)).click();
    await shown(board.text(live.reason('The band is late')));
    await shown(fan.page.locator('#pause').getByText(/The band is late/));

    await board.button(new RegExp(live.resume)).click();
    await fan.page.locator('#pause').waitFor({ state: 'hidden' });
    await shown(board.text(live.phase.open));

    await board.page.getByLabel(live.cap).fill('30');
    await board.button(new RegExp(`^${live.set}.*${live.cap}`)).click();
    await shown(figure(board, live.shopping).getByText(new RegExp(live.ofCap('30'))));

    await board.page.getByLabel(live.admitCount).fill('5');
    await board.button(live.admit).click();
    await shown(board.text(live.admitDone(5, 'en')));
    await shown(fan.page.getByRole('heading', { name: room.page.turn_title }));
    await fan.button(room.page.enter).click();
    await until('the fan is at the seats', () => fan.page.url().endsWith('/seats'));
    await shows(board, live.shopping, '2');
    expect(await figure(board, live.waiting).textContent()).toContain('0');
});
