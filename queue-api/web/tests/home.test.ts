import { expect, test } from 'vitest';
import { shown, useBrowser } from './support/browser';
import { makeEvent } from './support/people';

const stage = useBrowser();

test('an event is found by typing its name, and opened', async () => {
    const event = await makeEvent();
    const fan = await stage.arrive();
    await fan.visit('/');
    await fan.page.getByRole('searchbox').first().fill(event.title);
    await fan.link(event.title).first().click();
    await shown(fan.page.getByRole('heading', { name: event.title, level: 1 }));
    expect(new URL(fan.page.url()).pathname).toBe(`/events/${event.id}`);
});

test('a page that is asked to come again comes again by itself', async () => {
    const event = await makeEvent();
    const fan = await stage.arrive();
    let turnedAway = 0;
    await fan.page.route(`**/api/events/${event.id}`, (route) => {
        if (turnedAway === 2) return route.continue();
        turnedAway += 1;
        return route.fulfill({ status: 503, headers: { 'Retry-After': '1' }, json: { type: 'unavailable' } });
    });
    await fan.visit(`/events/${event.id}`);
    await shown(fan.page.getByRole('heading', { name: event.title, level: 1 }));
    expect(turnedAway).toBe(2);
});
