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
