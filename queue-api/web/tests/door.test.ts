/** The door: a camera that sees another screen, with and without a network. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import door from '../src/lib/i18n/door/en';
import { PHONE, shown, useBrowser, type Visitor } from './support/browser';
import { inSeconds, makeEvent, register, type MadeEvent, type Person } from './support/people';
import { until } from './support/until';

/** What every camera of this browser films: read when a camera starts. */
const folder = await mkdtemp(join(tmpdir(), 'onsale-camera-'));
const film = join(folder, 'film.mjpeg');

const stage = useBrowser([
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${film}`,
]);

afterAll(() => rm(folder, { recursive: true }));

/** An event today, and somebody with tickets for it. */
async function soldEvent(quantity: number): Promise<{ event: MadeEvent; fan: Person; tickets: string[] }> {
    const [event, fan] = await Promise.all([
        makeEvent({ starts_at: inSeconds(7200), cancel_until_minutes: 0 }),
        register('Tina Ticket'),
    ]);
    const { items } = await fan.buy(event.id, quantity);
    return { event, fan, tickets: items.map(({ ticket }) => ticket ?? '') };
}

/** Films what this page shows. */
async function filmPage({ page }: Visitor): Promise<void> {
    await page.screenshot({ path: film, type: 'jpeg', quality: 95 });
}

/** Films the ticket as its holder shows it. */
async function filmTicket(fan: Person, ticket: string): Promise<void> {
    const holder = await stage.arrive();
    await holder.be(fan);
    await holder.visit(`/tickets/${ticket}`);
    const code = holder.page.getByRole('img', { name: /^QR code/ });
    await shown(code);
    await code.scrollIntoViewIfNeeded();
    await until('the code is drawn', () =>
        code.evaluate((image) => !(image instanceof HTMLImageElement) || image.naturalWidth > 0),
    );
    await filmPage(holder);
}

async function filmNothing(): Promise<void> {
    await filmPage(await stage.arrive());
}

/** Somebody at a door of that name, whose camera is on. */
async function atDoor(event: MadeEvent, name: string): Promise<Visitor> {
    const staff = await stage.arrive(PHONE);
    await staff.be(await register('Stefan Staff', 'staff'));
    await staff.visit(`/door/${event.id}`);
    await shown(staff.text(event.title).first());
    await staff.page.getByLabel(door.doorName).fill(name);
    await staff.button(door.begin).click();
    return staff;
}

function verdict(staff: Visitor, name: string) {
    return staff.page.getByRole('heading', { name, exact: true });
}

test('a ticket on one screen is let in by the camera of another, once', async () => {
    const { event, fan, tickets } = await soldEvent(1);
    await filmTicket(fan, tickets[0]!);
    const north = await atDoor(event, 'North gate');
    await shown(verdict(north, door.outcome.admitted));
    await shown(north.text(fan.name));
    const south = await atDoor(event, 'South gate');
    await shown(verdict(south, door.outcome.already_used));
    await shown(south.text(/North gate/));
});

test('without a network tickets are let in, and told to the server later', async () => {
    const { event, fan, tickets } = await soldEvent(2);
    await filmNothing();
    const staff = await atDoor(event, 'Cellar');
    await shown(staff.text(door.aim));
    await filmTicket(fan, tickets[0]!);
    await staff.offline(true);
    // The camera starts anew, as after a change of the door's name.
    await staff.button(door.settings).click();
    await staff.button(door.save).click();
    await shown(verdict(staff, door.outcome.admitted));
    await shown(staff.text(door.decidedAlone));
    await shown(staff.text(/1 scan to send/));
    expect(await admitted(event)).toBe(0);
    await staff.offline(false);
    await until('the server has heard of it', async () => (await admitted(event)) === 1);
    await until('nothing waits', async () => (await staff.text(/scans? to send/).count()) === 0);
});

test('a door without a network learns of what another door did', async () => {
    const { event, fan, tickets } = await soldEvent(1);
    await filmNothing();
    const staff = await atDoor(event, 'Cellar');
    await shown(staff.text(door.aim));
    await filmTicket(fan, tickets[0]!);
    await staff.offline(true);
    const other = await atDoor(event, 'Roof');
    await shown(verdict(other, door.outcome.admitted));
    await staff.button(door.settings).click();
    await staff.button(door.save).click();
    await shown(verdict(staff, door.outcome.admitted));
    await staff.offline(false);
    await shown(staff.text(/1 conflict/));
});

async function admitted(event: MadeEvent): Promise<number> {
    const counter = await event.organiser.call<{ admitted: number }>(
        'GET',
        `/api/events/${event.id}/door-counter`,
    );
    return counter.admitted;
}
