/** A drawing of a venue becomes a seat map: uploaded, mended, looked at, saved, sold to two fans at once. */

import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import organise from '../src/lib/i18n/organiser/en';
import seats from '../src/lib/i18n/seats/en';
import { DESKTOP, shown, useBrowser, type Visitor } from './support/browser';
import { inSeconds, makeEvent, oneRow, organiser, register, type Person } from './support/people';
import { until } from './support/until';

const { map, publish } = organise;
const stage = useBrowser();

/** Two rows of six seats, the ends of the second for wheelchairs; `twice`: two seats of the first are called the same. */
function drawing(twice: boolean): string {
    const rows = ['A', 'B'].map((row, back) => {
        const circles = Array.from({ length: 6 }, (_, at) => {
            const name = twice && row === 'A' && at === 3 ? 3 : at + 1;
            const kind = row === 'B' && at % 5 === 0 ? ' data-kind="wheelchair"' : '';
            return `<circle data-seat="${name}"${kind} cx="${100 + at * 55}" cy="${200 + back * 90}" r="20"/>`;
        });
        return `<g data-row="${row}" data-tier="${back === 0 ? 'Gold' : 'Silver'}">\n${circles.join('\n')}\n</g>`;
    });
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 500 400" data-scale-cm="1">
<rect x="10" y="10" width="480" height="380" fill="none" stroke="#444" stroke-width="4"/>
<rect data-stage="Stage" x="150" y="30" width="200" height="60" fill="#ccc"/>
<g data-section="Parterre">
${rows.join('\n')}
</g>
</svg>`;
}

/** A draft that has everything but seats. */
async function makeDraft(by: Person): Promise<string> {
    const { id } = await by.call<{ id: string }>('POST', '/api/events', {
        title: `Drawn Evening ${crypto.randomUUID().slice(0, 8)}`,
        description: 'Made by the browser tests.',
        category: 'theatre',
        venue: `House ${crypto.randomUUID().slice(0, 8)}`,
        city: 'Vienna',
        time_zone: 'Europe/Vienna',
        starts_at: inSeconds(30 * 86_400),
        sale_opens_at: inSeconds(-60),
        demand: 'direct',
        currency: 'EUR',
        tickets_per_person: 6,
        tiers: [
            { tier: 0, name: 'Gold', price_minor: 9000 },
            { tier: 1, name: 'Silver', price_minor: 6000 },
        ],
    });
    return id;
}

async function upload({ page }: Visitor, name: string, text: string): Promise<void> {
    const file = { name, mimeType: 'image/svg+xml', buffer: Buffer.from(text) };
    await page.locator('#seat-map input[type=file]').setInputFiles(file);
}

/** Whether all of the chosen pin lies in the part of the drawing that is seen. */
function inFrame({ page }: Visitor): Promise<boolean> {
    return page.evaluate(() => {
        const pin = document.querySelector('.pin.chosen')?.getBoundingClientRect();
        const frame = document.querySelector('.frame:has(.pin)')?.getBoundingClientRect();
        if (!pin || !frame) return false;
        const across = pin.left >= frame.left && pin.right <= frame.right;
        return across && pin.top >= frame.top && pin.bottom <= frame.bottom;
    });
}

/** A fan at the list, with the rows open. */
async function atList(event: string, name: string): Promise<Visitor> {
    const fan = await stage.arrive(DESKTOP);
    await fan.be(await register(name));
    await fan.visit(`/events/${event}/seats`);
    await fan.button(seats.asList).click();
    for (const row of ['A', 'B'])
        await fan.page
            .locator('summary', { hasText: new RegExp(`^\\s*Row ${row}`) })
            .first()
            .click();
    return fan;
}

test('a drawing is uploaded, mended, saved, and sold live to two fans', async () => {
    const by = await organiser();
    const event = await makeDraft(by);
    const maker = await stage.arrive(DESKTOP);
    await maker.be(by);
    await maker.visit(`/organiser/events/${event}`);

    await upload(maker, 'house.svg', drawing(true));
    await shown(maker.page.getByRole('heading', { name: map.findings }));
    const finding = maker.page.locator('#seat-map ol li').first();
    await shown(finding.getByText(map.severity.error));
    await finding.getByRole('button').click();
    await until('the pin lies in sight', () => inFrame(maker));
    expect(await maker.button(map.uploadUse).count()).toBe(0);

    await maker.button(map.uploadOther).click();
    await upload(maker, 'house.svg', drawing(false));
    await shown(maker.text(map.uploadUnderstood(1, 12, 'en')));
    await maker.button(map.uploadUse).click();
    await shown(maker.text(map.capacity(12, 'en')));
    await maker.button(map.save).click();
    await shown(maker.text(publish.ready));
    const [download] = await Promise.all([
        maker.page.waitForEvent('download'),
        maker.link(map.exports.csv).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.csv$/);
    expect((await readFile(await download.path(), 'utf8')).trim().split('\n')).toHaveLength(13);
    await maker.button(map.venueKeep).click();
    await maker.page.getByLabel(map.venueName).press('Enter');
    await shown(maker.text(/ is in the library\.$/));
    await by.call('POST', `/api/events/${event}/publish`, {});

    const [one, other] = await Promise.all([atList(event, 'Ada One'), atList(event, 'Bob Other')]);
    const place = (fan: Visitor) =>
        fan.page.getByRole('checkbox', { name: /Row B, seat 1, wheelchair place, €60, / });
    await place(one).check();
    await one.button(seats.hold).click();
    await until('the other sees it at once', () => place(other).isDisabled());
});

test('what is found in a drawing is gone to where movement is welcome, too', async () => {
    const by = await organiser();
    const maker = await stage.arrive({ ...DESKTOP, reducedMotion: 'no-preference' });
    await maker.be(by);
    await maker.visit(`/organiser/events/${await makeDraft(by)}`);
    await upload(maker, 'house.svg', drawing(true));
    await maker.page.locator('#seat-map ol li').first().getByRole('button').click();
    await until('the pin lies in sight', () => inFrame(maker));
});

test('while the sale runs seats are marked and blocked, but not those that somebody has', async () => {
    const event = await makeEvent({}, oneRow(4));
    const buyer = await register('Quick Buyer');
    await buyer.call('POST', `/api/events/${event.id}/holds`, { seats: [0] });
    const maker = await stage.arrive(DESKTOP);
    await maker.be(event.organiser);
    await maker.visit(`/organiser/events/${event.id}`);
    await shown(maker.text(map.selling));
    const canvas = maker.page.getByRole('application', { name: map.preview });
    await maker.button(map.tools.mark).click();
    await canvas.press('ArrowRight');
    await canvas.press('Enter');
    await maker.button(map.tools.block).click();
    for (let seat = 0; seat < 4; seat++) await canvas.press('ArrowLeft');
    await canvas.press('Enter');
    await canvas.press('ArrowRight');
    await canvas.press('Enter');
    await maker.button(map.save).click();
    await shown(maker.text(/^Somebody has these seats/));
    const read = <T>(path: string) => event.organiser.call<T>('GET', `/api/events/${event.id}/${path}`);
    expect(await read('blocked-seats')).toEqual({ blocked: [1] });
    const { sections } = await read<{ sections: { marks: object[] }[] }>('seat-map');
    expect(sections[0]?.marks).toMatchObject([{ kind: 'wheelchair' }]);
});

test('what is found in a table is shown on the seat it is about', async () => {
    const by = await organiser();
    const maker = await stage.arrive(DESKTOP);
    await maker.be(by);
    await maker.visit(`/organiser/events/${await makeDraft(by)}`);
    const rows = ['A,1,0,0', 'A,2,55,0', 'A,3,110,0', 'A,4,112,0'].map((row) => `Parterre,${row},Gold`);
    await upload(maker, 'house.csv', ['section,row,seat,x,y,tier', ...rows].join('\n'));
    await shown(maker.text(map.uploadUnderstood(1, 4, 'en')));
    const finding = maker.page.locator('#seat-map ol li').first();
    await shown(finding.getByText(map.findingAt('5')));
    await finding.getByRole('button').click();
    await shown(maker.page.locator('#seat-map ol li.chosen'));
    await shown(maker.page.locator('[data-scale=near]'));
});

test('a fan sees the view from a section that the organiser gave', async () => {
    const event = await makeEvent();
    const maker = await stage.arrive(DESKTOP);
    await maker.be(event.organiser);
    await maker.visit(`/organiser/events/${event.id}`);
    await maker.button(/^Stalls/).click();
    const input = maker.page.locator('#seat-map input[type=file]');
    const give = (buffer: Buffer) => input.setInputFiles({ name: 'view.png', mimeType: 'image/png', buffer });
    await give(Buffer.from('no picture'));
    await shown(maker.text(organise.picture.notAPicture));
    await give(await stage.picture());
    await shown(maker.page.getByRole('img', { name: map.viewOf('Stalls') }));
    await maker.button(map.save).click();
    await shown(maker.text(organise.saved));

    const fan = await stage.arrive();
    await fan.visit(`/events/${event.id}/seats`);
    await fan.page.getByRole('application').press('ArrowRight');
    const small = fan.button(`${seats.viewFrom('Stalls')}: ${seats.viewLarger}`);
    await small.press('Enter');
    const large = fan.page.getByRole('dialog', { name: seats.viewFrom('Stalls') });
    const picture = large.getByRole('img', { name: seats.viewFrom('Stalls') });
    await until('the picture is there', () =>
        picture.evaluate((image: HTMLImageElement) => image.naturalWidth > 0),
    );
    await fan.page.keyboard.press('Escape');
    await large.waitFor({ state: 'hidden' });
    expect(await small.evaluate((button) => button === document.activeElement)).toBe(true);
});
