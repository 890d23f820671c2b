/** Being told of one's turn: on the page, by push and by mail, asked for in the waiting room or in the account. */

import { expect, test } from 'vitest';
import account from '../src/lib/i18n/fan/account/en';
import { shown, useBrowser, type Visitor } from './support/browser';
import { mailTo } from './support/mailbox';
import { makeQueueEvent, newEmail, register, type MadeEvent } from './support/people';
import { until } from './support/until';
import { heading, joinRoom, live, steer, takeLease, told, words } from './support/waiting';

const stage = useBrowser();

/** An event where one shops, so that whoever comes now waits. */
async function crowded(): Promise<MadeEvent> {
    const room = { lease_cap: 1, rate_per_minute: 600, claim_window_seconds: 600 };
    const event = await makeQueueEvent(-60, { waiting_room: room });
    await takeLease(event, await register('Sheila Shopper'));
    return event;
}

/** Somebody in its line. */
async function inLine(event: MadeEvent, ...scripts: (() => void)[]): Promise<Visitor> {
    const fan = await stage.arrive();
    for (const script of scripts) await fan.context.addInitScript(script);
    await joinRoom(fan, event);
    await heading(fan, words.line_title);
    return fan;
}

/** Lets one more in. */
function letIn(event: MadeEvent): Promise<unknown> {
    return steer(event, { lease_cap: 2 });
}

test('who asked for it hears, feels and is notified of the turn', async () => {
    const event = await crowded();
    const fan = await inLine(event, signals);
    await fan.button(words.alert).click();
    await shown(fan.page.getByRole('button', { name: live.alert_on, pressed: true }));
    // One sound to hear that there is any.
    expect(await signalled(fan)).toEqual({ notes: 1, buzzes: 0, notices: [] });
    await letIn(event);
    await heading(fan, words.turn_title);
    await until('all is signalled', async () => (await signalled(fan)).notices.length > 0);
    expect(await signalled(fan)).toEqual({ notes: 4, buzzes: 1, notices: [live.turn] });
});

test('who did not ask for it is told silently', async () => {
    const event = await crowded();
    const fan = await inLine(event, signals);
    await letIn(event);
    await heading(fan, words.turn_title);
    expect(await signalled(fan)).toMatchObject({ notes: 0, notices: [] });
});

test('a mail that was asked for comes with the turn, though the page is closed', async () => {
    const event = await crowded();
    const fan = await inLine(event);
    const email = newEmail();
    await fan.text(words.tell).click();
    await fan.page.getByLabel(words.tell_mail).fill(email);
    await fan.button(words.tell_do).click();
    const on = told(words.tell_on, { email });
    await shown(fan.text(on));
    await fan.page.reload();
    await shown(fan.text(on));
    await fan.page.close();
    await letIn(event);
    await mailTo(email, /your turn/);
});

test('a mail that is not wanted any more is taken back', async () => {
    const fan = await inLine(await crowded());
    await fan.text(words.tell).click();
    await fan.page.getByLabel(words.tell_mail).fill(newEmail());
    await fan.button(words.tell_do).click();
    await fan.button(words.tell_not).click();
    await shown(fan.page.locator('#tell summary'));
    await fan.page.reload();
    expect(await fan.button(words.tell_not).count()).toBe(0);
});

test('a browser asks to be pushed to, and not to be', async () => {
    const fan = await inLine(await crowded(), pushService);
    await fan.text(words.tell).click();
    const button = (name: string, pressed: boolean) => fan.page.getByRole('button', { name, pressed });
    await button(live.push, false).click();
    await shown(button(live.push_on, true));
    await fan.page.reload();
    await fan.text(words.tell).click();
    await button(live.push_on, true).click();
    await shown(button(live.push, false));
    await fan.page.reload();
    await fan.text(words.tell).click();
    await shown(button(live.push, false));
});

test('a browser that may not is told so', async () => {
    const fan = await inLine(await crowded(), pushService, refusal);
    await fan.text(words.tell).click();
    await fan.button(live.push).click();
    await shown(fan.page.getByRole('button', { name: live.push_cannot, pressed: false }));
});

test('what an account wishes is kept, and its mail comes with the turn', async () => {
    const [event, person, fan] = await Promise.all([crowded(), register('Nora Notice'), stage.arrive()]);
    await fan.context.addInitScript(pushService);
    await fan.be(person);
    await fan.visit('/account');
    const wish = (name: string) => fan.page.getByRole('checkbox', { name });
    for (const name of [account.turnEmail, account.turnPush]) {
        await wish(name).check();
        await until('it is kept', () => wish(name).isEnabled());
    }
    const kept = () => person.call('GET', '/api/me');
    await until('both are kept', async () => {
        const { notifications } = (await kept()) as { notifications: object };
        return Object.values(notifications).every(Boolean);
    });
    await fan.page.reload();
    await shown(wish(account.turnEmail));
    for (const name of [account.turnEmail, account.turnPush]) {
        await until(`${name} is checked`, () => wish(name).isChecked());
    }
    // Where no push service is, nothing could be told.
    await wish(account.turnPush).uncheck();
    await until('it is kept', async () => {
        const { notifications } = (await kept()) as { notifications: { turn_push: boolean } };
        return !notifications.turn_push;
    });
    await joinRoom(fan, event);
    await heading(fan, words.line_title);
    await fan.page.close();
    await letIn(event);
    await mailTo(person.email, /your turn/);
});

test('an account hears why its browser cannot be pushed to', async () => {
    const [person, fan] = await Promise.all([register('Nora Notice'), stage.arrive()]);
    await fan.context.addInitScript(pushService);
    await fan.context.addInitScript(refusal);
    await fan.be(person);
    await fan.visit('/account');
    const wish = fan.page.getByRole('checkbox', { name: account.turnPush });
    await wish.click();
    await shown(fan.text(account.pushDenied));
    expect(await wish.isChecked()).toBe(false);
});

interface Signals {
    notes: number;
    buzzes: number;
    notices: string[];
}

/** Notes what a page sounds, shakes and shows beside itself. */
function signals(): void {
    const signalled: Signals = { notes: 0, buzzes: 0, notices: [] };
    class Notice {
        static requestPermission = () => Promise.resolve('granted');
        constructor(title: string) {
            signalled.notices.push(title);
        }
    }
    Object.assign(window, { signalled, Notification: Notice });
    navigator.vibrate = () => (signalled.buzzes += 1) > 0;
    const make = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function (this: AudioContext) {
        signalled.notes += 1;
        return make.call(this);
    };
}

function signalled({ page }: Visitor): Promise<Signals> {
    return page.evaluate(() => (window as unknown as { signalled: Signals }).signalled);
}

/** A browser whose maker's push service knows it; the keys are those of RFC 8291's example. */
function pushService(): void {
    const keys = {
        p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
        auth: 'BTBZMqHH6r4Tts7J_aSIgg',
    };
    const subscription = () => {
        const endpoint = localStorage.getItem('pushed');
        if (!endpoint) return null;
        const unsubscribe = () => Promise.resolve(localStorage.removeItem('pushed') === undefined);
        return { endpoint, unsubscribe, toJSON: () => ({ endpoint, keys }) } as unknown as PushSubscription;
    };
    Notification.requestPermission = () => Promise.resolve('granted');
    PushManager.prototype.getSubscription = () => Promise.resolve(subscription());
    PushManager.prototype.subscribe = () => {
        localStorage.setItem('pushed', `https://push.example/${crypto.randomUUID()}`);
        return Promise.resolve(subscription()!);
    };
}

/** The person says no. */
function refusal(): void {
    Notification.requestPermission = () => Promise.resolve('denied');
}
