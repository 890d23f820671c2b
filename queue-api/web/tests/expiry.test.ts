/** The time to pay runs out: nothing typed is lost, and the same seats are a press away. */

import { expect, test } from 'vitest';
import buy from '../src/lib/i18n/fan/buy/en';
import seats from '../src/lib/i18n/seats/en';
import { at, shown, useBrowser, type Visitor } from './support/browser';
import { card, confirmed, findBest, goOn, pay, sayWho } from './support/buying';
import { GOOD_CARD, makeEvent, newEmail, oneRow, register } from './support/people';

const stage = useBrowser();

/** Time enough to type something, and little to wait for. */
const SHORT_S = 15;
/** Room for two, and no more. */
const TWO_SEATS = oneRow(2);

/** A guest at the details of the only two seats of an event. */
async function atDetails(differs: object = {}): Promise<{ fan: Visitor; event: string; hold: string }> {
    const [event, fan] = await Promise.all([makeEvent(differs, TWO_SEATS), stage.arrive()]);
    await fan.visit(`/events/${event.id}/seats`);
    await findBest(fan);
    return { fan, event: event.id, hold: await goOn(fan) };
}

const name = ({ page }: Visitor) => page.getByLabel(buy.name, { exact: true });
const email = ({ page }: Visitor) => page.getByLabel(buy.email, { exact: true });

async function over(fan: Visitor): Promise<void> {
    await shown(fan.page.getByRole('heading', { name: buy.expiredTitle }));
}

/** The same seats again, which are another hold. */
async function again(fan: Visitor, before: string): Promise<string> {
    await fan.button(buy.again).click();
    const path = await at(fan.page, new RegExp(`^/holds/(?!${before})[^/]+$`));
    return path.split('/')[2] ?? '';
}

/** The fan's seats go back without this page knowing, as another tab of the fan does it. */
async function giveBackElsewhere(fan: Visitor, hold: string): Promise<void> {
    const answer = await fan.context.request.delete(`/api/holds/${hold}`, {
        headers: { 'Onsale-Client': 'web' },
    });
    expect(answer.status()).toBe(204);
}

test('the time runs out at the details: the form keeps its content, and the same seats come back', async () => {
    const { fan, hold } = await atDetails({ hold_seconds: SHORT_S });
    await name(fan).fill('Gerda Guest');
    await email(fan).fill('gerda@fans.example');
    await over(fan);
    await again(fan, hold);
    await shown(name(fan));
    expect(await name(fan).inputValue()).toBe('Gerda Guest');
    expect(await email(fan).inputValue()).toBe('gerda@fans.example');
    await fan.button(buy.go).click();
    await pay(fan);
    await confirmed(fan);
});

test('the seats are gone at the payment: the same ones lead back to it, with the card still there', async () => {
    const { fan, hold } = await atDetails();
    await sayWho(fan);
    await giveBackElsewhere(fan, hold);
    await pay(fan);
    await over(fan);
    await again(fan, hold);
    await shown(card(fan));
    expect(await card(fan).inputValue()).toBe(GOOD_CARD);
    await fan.page.reload();
    await pay(fan);
    await confirmed(fan);
});

test('somebody took the same seats meanwhile: it is said, the map is near, the details are kept', async () => {
    const { fan, hold, event } = await atDetails();
    const address = newEmail();
    await name(fan).fill('Gerda Guest');
    await email(fan).fill(address);
    await giveBackElsewhere(fan, hold);
    const other = await register('Otto Other');
    const taken = await other.call<{ id: string }>('POST', `/api/events/${event}/holds`, { seats: [0, 1] });
    await fan.button(buy.go).click();
    await over(fan);
    await fan.button(buy.again).click();
    await shown(fan.text(/^Somebody was quicker with /));
    await fan.link(buy.others).click();
    await at(fan.page, /\/seats$/);
    await shown(fan.text(seats.soldOutTitle).first());
    await other.call('DELETE', `/api/holds/${taken.id}`);
    await findBest(fan);
    await goOn(fan);
    await shown(email(fan));
    expect(await name(fan).inputValue()).toBe('Gerda Guest');
    expect(await email(fan).inputValue()).toBe(address);
});
