/** The door: a camera that sees another screen, with and without a network. */

import { mkdtemp, open, rm } from 'node:fs/promises';
import { constants } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import door from '../src/lib/i18n/door/en';
import { PHONE, shown, useBrowser, type Visitor } from './support/browser';
import { inSeconds, makeEvent, register, type MadeEvent, type Person } from './support/people';
import { until } from './support/until';

/** What every camera of this browser films: one picture, over and over. */
const folder = await mkdtemp(join(tmpdir(), 'onsale-camera-'));
const film = join(folder, 'film.mjpeg');
/** The browser maps the file into its memory, so that it must never change its length. */
const FILM_BYTES = 512 * 1024;

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

/** Films what this page shows; cameras that are on see it too. */
async function filmPage({ page }: Visitor): Promise<void> {
    const picture = padded(await page.screenshot({ type: 'jpeg', quality: 95 }));
    const file = await open(film, constants.O_WRONLY | constants.O_CREAT);
    await file.write(picture, 0, picture.length, 0);
    await file.close();
}

/** A JPEG picture made that long by comments, which stand after its first marker. */
function padded(picture: Buffer): Buffer {
    const parts = [picture.subarray(0, 2)];
    for (let left = FILM_BYTES - picture.length; left > 0;) {
        // A comment is a marker, its length, and up to 65,533 bytes; none may be left shorter than that.
        const bytes = left < 65_537 + 4 && left > 65_537 ? left - 4 : Math.min(left, 65_537);
        const comment = Buffer.alloc(bytes);
        comment.writeUInt16BE(0xfffe, 0);
        comment.writeUInt16BE(bytes - 2, 2);
        parts.push(comment);
        left -= bytes;
    }
    const whole = Buffer.concat([...parts, picture.subarray(2)]);
    expect(whole.length).toBe(FILM_BYTES);
    return whole;
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
async function atDoor(event: MadeEvent, name: string, script?: () => void): Promise<Visitor> {
    const staff = await stage.arrive(PHONE);
    if (script) await staff.context.addInitScript(script);
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
    await staff.offline(true);
    await filmTicket(fan, tickets[0]!);
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
    await staff.offline(true);
    await filmTicket(fan, tickets[0]!);
    await shown(staff.text(/1 scan to send/));
    const other = await atDoor(event, 'Roof');
    await shown(verdict(other, door.outcome.admitted));
    await staff.offline(false);
    await shown(staff.text(/1 conflict/));
});

test('a door is heard and felt, keeps awake, and gets its camera back', async () => {
    const { event, fan, tickets } = await soldEvent(1);
    await filmTicket(fan, tickets[0]!);
    const staff = await atDoor(event, 'North gate', spies);
    await shown(verdict(staff, door.outcome.admitted));
    const told = await heard(staff);
    expect(told).toMatchObject({ buzzes: [[60]], notes: 2, locks: 1 });
    console.log(`from the picture to the answer: ${told.answerMs.toFixed(0)} ms`);
    await shown(staff.page.getByRole('img', { name: door.inside('1', '1') }));

    const again = await staff.page.evaluate(() => {
        const { srcObject } = document.querySelector('video')!;
        (srcObject as MediaStream).getVideoTracks()[0]!.dispatchEvent(new Event('ended'));
        document.dispatchEvent(new Event('visibilitychange'));
        return (srcObject as MediaStream).id;
    });
    await until('another picture', () =>
        staff.page.evaluate((before) => {
            const stream = document.querySelector('video')?.srcObject as MediaStream | null;
            return stream?.active === true && stream.id !== before;
        }, again),
    );
    expect((await heard(staff)).locks).toBe(2);
});

test('who cannot be scanned is let in by a pasted code or by name', async () => {
    const { event, fan, tickets } = await soldEvent(2);
    const { code } = await fan.call<{ code: string }>('GET', `/api/tickets/${tickets[0]}`);
    await filmNothing();
    const staff = await atDoor(event, 'Side door');
    await shown(staff.text(door.aim));
    await staff.button(door.search).click();
    await staff.page.getByLabel(door.searchLabel).fill(code);
    await shown(verdict(staff, door.outcome.admitted));
    await verdict(staff, door.outcome.admitted).waitFor({ state: 'hidden' });

    await staff.button(door.search).click();
    const search = staff.page.getByLabel(door.searchLabel);
    await search.fill('Nobody of that name');
    await shown(staff.text(door.noHits));
    await search.fill(fan.name.toLowerCase());
    await shown(staff.text(door.hits(2, 'en')));
    await shown(staff.text(new RegExp(`^${door.status.used} · `)));
    const letIn = staff.button(new RegExp(`^Let in ${fan.name}, `));
    expect(await letIn.count()).toBe(1);
    await letIn.click();
    await shown(verdict(staff, door.outcome.admitted));
    await until('the server has let in both', async () => (await admitted(event)) === 2);
});

test('the lamp is there if the camera has one, and is switched on and off', async () => {
    const { event } = await soldEvent(1);
    await filmNothing();
    const plain = await atDoor(event, 'North gate');
    await shown(plain.text(door.aim));
    expect(await plain.button(door.torch).count()).toBe(0);

    const staff = await atDoor(event, 'Cellar', lamp);
    await shown(staff.text(door.aim));
    const button = staff.button(door.torch);
    for (const on of ['true', 'false']) {
        await button.click();
        await shown(staff.page.locator(`button[aria-pressed=${on}]`, { hasText: door.torch }));
    }
    expect(await staff.page.evaluate(() => (window as unknown as { switched: boolean[] }).switched)).toEqual([
        true,
        false,
    ]);
});

/** Gives the camera a lamp, and notes how it is switched. */
function lamp(): void {
    const switched: unknown[] = [];
    Object.assign(window, { switched });
    const track = MediaStreamTrack.prototype;
    const able = track.getCapabilities;
    track.getCapabilities = function (this: MediaStreamTrack) {
        return { ...able.call(this), torch: true };
    };
    track.applyConstraints = (wanted) => {
        for (const { torch } of (wanted?.advanced ?? []) as { torch?: boolean }[]) switched.push(torch);
        return Promise.resolve();
    };
}

interface Heard {
    buzzes: unknown[];
    notes: number;
    locks: number;
    answerMs: number;
}

/** Notes what a page sounds, shakes and keeps awake; a lock is as good as released at once. */
function spies(): void {
    const noted: Heard = { buzzes: [], notes: 0, locks: 0, answerMs: 0 };
    Object.assign(window, { noted });
    navigator.vibrate = (pattern) => noted.buzzes.push(pattern) > 0;
    const make = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function (this: AudioContext) {
        noted.notes += 1;
        return make.call(this);
    };
    const request = () => {
        noted.locks += 1;
        return Promise.resolve({ released: true, release: () => Promise.resolve() });
    };
    Object.defineProperty(navigator, 'wakeLock', { value: { request } });
    let playing = 0;
    document.addEventListener('playing', () => (playing ||= performance.now()), true);
    new MutationObserver(() => {
        if (!noted.answerMs && document.querySelector('.scanner section')) {
            noted.answerMs = performance.now() - playing;
        }
    }).observe(document, { subtree: true, childList: true });
}

function heard(staff: Visitor): Promise<Heard> {
    return staff.page.evaluate(() => (window as unknown as { noted: Heard }).noted);
}

async function admitted(event: MadeEvent): Promise<number> {
    const counter = await event.organiser.call<{ admitted: number }>(
        'GET',
        `/api/events/${event.id}/door-counter`,
    );
    return counter.admitted;
}
