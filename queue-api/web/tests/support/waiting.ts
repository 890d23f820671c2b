/** The waiting room, as those do who are there beside the browsers. */

import type { components } from '../../src/lib/api/schema';
import texts from '../../waiting-room/messages/en.json';
import { shown, type Visitor } from './browser';
import { GOOD_CARD, type MadeEvent, type Person } from './people';
import { until } from './until';

type Schema = components['schemas'];

export const { page: words, live } = texts;

/** A text of the page with its gaps filled. */
export function told(text: string, gaps: Record<string, string | number>): string {
    return text.replace(/\{(\w+)\}/g, (_, gap: string) => String(gaps[gap]));
}

/** Goes to the waiting room of an event and joins it. */
export async function joinRoom(fan: Visitor, event: MadeEvent): Promise<void> {
    await fan.visit(`/events/${event.id}/waiting-room`);
    await fan.button(words.join).click();
}

/** Waits until the screen with this heading is there. */
export function heading(fan: Visitor, text: string): Promise<void> {
    return shown(fan.page.getByRole('heading', { name: text, exact: true }));
}

export function isShown(fan: Visitor, screen: string): Promise<boolean> {
    return fan.page.locator(`section#${screen}`).isVisible();
}

/** Comes in where one may, so that the next one waits where only one may shop; gives what a client keeps. */
export async function takeLease(event: MadeEvent, fan: Person): Promise<{ place: string; headers: object }> {
    const place = await until('the room takes places', () =>
        fan
            .call<Schema['PlaceDocument']>('POST', `/api/events/${event.id}/waiting-room/places`, {})
            .catch(() => undefined),
    );
    const proof = { 'Onsale-Place': place.token };
    const { pass } = await until('the first one comes in', () =>
        fan
            .call<Schema['PassDocument']>('POST', `/api/waiting-room/places/${place.id}/claim`, {}, proof)
            .catch(() => undefined),
    );
    return { place: place.id, headers: { ...proof, 'Onsale-Pass': pass } };
}

/** Buys the best seats with a pass. */
export async function buyInside(fan: Person, event: MadeEvent, headers: object): Promise<void> {
    const hold = await fan.call<Schema['HoldView']>(
        'POST',
        `/api/events/${event.id}/holds`,
        { best_available: { quantity: 1 } },
        headers,
    );
    await fan.call('POST', `/api/holds/${hold.id}/checkout`, {}, headers);
    const card = { type: 'sandbox_card', number: GOOD_CARD };
    await fan.call('POST', '/api/bookings', { hold: hold.id, payment_method: card }, headers);
}

/** What the organiser does with the room. */
export function steer({ id, organiser }: MadeEvent, change: object): Promise<unknown> {
    return organiser.call('PATCH', `/api/events/${id}/waiting-room`, change);
}
