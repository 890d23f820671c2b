/** The steps of buying, as a person takes them. */

import buy from '../../src/lib/i18n/fan/buy/en';
import seats from '../../src/lib/i18n/seats/en';
import { at, shown, type Visitor } from './browser';
import { GOOD_CARD, newEmail } from './people';

/** Lets Onsale choose, on the seats page; stays there, holding them. */
export async function findBest(fan: Visitor, quantity = 2): Promise<void> {
    const group = fan.page.getByRole('group', { name: seats.howMany });
    await shown(group);
    for (let now = 2; now < quantity; now++) await group.getByRole('button', { name: seats.more }).click();
    for (let now = 2; now > quantity; now--) await group.getByRole('button', { name: seats.fewer }).click();
    await fan.button(seats.findBest(quantity)).click();
    await shown(fan.page.getByRole('heading', { name: seats.found(quantity) }));
}

/** From the held seats to the checkout; gives the hold. */
export async function goOn(fan: Visitor): Promise<string> {
    await fan.button(seats.keepThem).click();
    return (await at(fan.page, /^\/holds\/[^/]+$/)).split('/')[2] ?? '';
}

/** A guest's details; gives the address. */
export async function sayWho(fan: Visitor, email = newEmail(), name = 'Gerda Guest'): Promise<string> {
    await fan.page.getByLabel(buy.name, { exact: true }).fill(name);
    await fan.page.getByLabel(buy.email, { exact: true }).fill(email);
    await fan.button(buy.go).click();
    await shown(card(fan));
    return email;
}

export function card(fan: Visitor) {
    return fan.page.getByLabel(buy.card);
}

export async function pay(fan: Visitor, number = GOOD_CARD): Promise<void> {
    await card(fan).fill(number);
    await fan.button(/^Pay /).click();
}

/** Waits until the tickets are there; gives the booking. */
export async function confirmed(fan: Visitor): Promise<string> {
    const path = await at(fan.page, /^\/bookings\/[^/]+$/);
    await shown(fan.page.getByRole('heading', { name: buy.confirmed }));
    return path.split('/')[2] ?? '';
}
