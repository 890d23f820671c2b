/** Who may join a waiting room: invited people by a link or by typing, accounts after signing in. */

import { expect, test } from 'vitest';
import account from '../src/lib/i18n/fan/account/en';
import organiser from '../src/lib/i18n/organiser/en';
import { at, PHONE, shown, useBrowser } from './support/browser';
import { makeQueueEvent, register, type MadeEvent, type Schema } from './support/people';
import { heading, words } from './support/waiting';

const { codes } = organiser;
const stage = useBrowser();
const ROOM = { lease_cap: 5, rate_per_minute: 60, lobby_minutes: 60 };

function restricted(access: Schema['WaitingAccess']): Promise<MadeEvent> {
    return makeQueueEvent(1800, { waiting_access: access, waiting_room: ROOM });
}

async function codeFor({ id, organiser }: MadeEvent): Promise<string> {
    const path = `/api/events/${id}/access-codes`;
    const { codes } = await organiser.call<Schema['MadeCodes']>('POST', path, { label: 'Friends' });
    return codes[0]!;
}

test('the link of an invitation opens the room, and its code works once', async () => {
    const event = await restricted('invited');
    const code = await codeFor(event);
    const guest = await stage.arrive();
    await guest.visit(`/events/${event.id}/waiting-room?code=${code}`);
    expect(new URL(guest.page.url()).search).toBe('');
    await guest.button(words.join).click();
    await heading(guest, words.lobby_title);

    const late = await stage.arrive(PHONE);
    await late.visit(`/events/${event.id}/waiting-room`);
    await shown(late.text(words.need_code));
    const field = late.page.locator('#join').getByLabel(words.code);
    await field.fill(` ${code.toLowerCase()}`);
    await late.button(words.join).click();
    await shown(late.page.locator('#join').getByText(words.code_used));
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await field.fill('NO-SUCH-CODE');
    await late.button(words.join).click();
    await shown(late.page.locator('#join').getByText(words.code_unknown));
});

test('who needs an account signs in and comes back to join', async () => {
    const event = await restricted('accounts');
    const person = await register('Anna Account');
    const fan = await stage.arrive();
    await fan.visit(`/events/${event.id}/waiting-room`);
    await shown(fan.text(words.need_account));
    expect(await fan.button(words.join).count()).toBe(0);
    await fan.link(words.sign_in).click();
    await at(fan.page, /^\/sign-in$/);
    await fan.page.getByLabel(account.email, { exact: true }).fill(person.email);
    await fan.page.getByLabel(account.password, { exact: true }).fill(person.password);
    await fan.button(account.signIn).click();
    await at(fan.page, /\/waiting-room$/);
    await fan.button(words.join).click();
    await heading(fan, words.lobby_title);
});

test('an organiser makes codes, sees them used, and withdraws them', async () => {
    const event = await restricted('invited');
    const by = await stage.arrive();
    await by.be(event.organiser);
    await by.visit(`/organiser/events/${event.id}`);
    const panel = by.page.getByRole('region', { name: codes.title });
    await panel.getByLabel(codes.label).fill('Friends of the house');
    await panel.getByLabel(codes.count).fill('3');
    await panel.getByRole('button', { name: codes.make }).click();
    await shown(panel.getByText(codes.made(3)));
    await panel.getByRole('button', { name: codes.show }).click();
    const code = (await panel.locator('code').first().textContent()) ?? '';

    const fan = await stage.arrive();
    await fan.visit(`/events/${event.id}/waiting-room?code=${code}`);
    await fan.button(words.join).click();
    await heading(fan, words.lobby_title);
    await by.page.reload();
    await shown(panel.getByText(codes.used('1', '3')));
    await panel.getByRole('button', { name: codes.withdrawAll }).click();
    await by.page.getByRole('dialog').getByRole('button', { name: codes.withdraw }).click();
    await shown(panel.getByText(codes.withdrawn, { exact: true }));
    await by.page.getByLabel(codes.access).selectOption('accounts');
    await by.button(organiser.save).first().click();
    await shown(by.text(organiser.saved));
});
