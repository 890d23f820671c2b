/** What the list of screens shows: events in every state, people who have something. */

import {
    DRAWN_HOUSE,
    inSeconds,
    makeEvent,
    makeQueueEvent,
    MEADOW,
    oneRow,
    organiser,
    register,
    SMALL_HOUSE,
    type MadeEvent,
    type Person,
    type Schema,
} from './people';
import { until } from './until';
import { takeLease } from './waiting';

export interface World {
    fan: Person;
    staff: Person;
    organiser: Person;
    direct: MadeEvent;
    drawn: MadeEvent;
    standing: MadeEvent;
    later: MadeEvent;
    soldOut: MadeEvent;
    /** Sold out: the fan waits for tickets, and was offered some. */
    wanted: MadeEvent;
    offered: MadeEvent;
    lobby: MadeEvent;
    line: MadeEvent;
    turn: MadeEvent;
    /** Whose window to come in is over, with time for those who are still there. */
    still: MadeEvent;
    /** In the line: a room with lanes, and one for invited people. */
    lanes: MadeEvent;
    invited: MadeEvent;
    draft: MadeEvent;
    /** A draft with a seat map. */
    built: MadeEvent;
    /** Of the fan, for the direct event. */
    hold: string;
    /** Of the fan: one with tickets, one that was cancelled. */
    booking: string;
    cancelled: string;
}

const DAY_S = 86_400;

export async function makeWorld(): Promise<World> {
    const by = await organiser();
    const [fan, staff, other] = await Promise.all([
        register('Fanny Fan'),
        register('Stefan Staff', 'staff'),
        register('Otto Other'),
    ]);
    const direct = await makeEvent({ title: 'The Cherry Orchard', category: 'theatre' });
    const drawn = await makeEvent({ title: 'A House from a Drawing', category: 'theatre' }, DRAWN_HOUSE);
    const standing = await makeEvent({ title: 'Brass in the Park', category: 'festival' }, MEADOW);
    const later = await makeEvent({
        title: 'Derby of the Season',
        category: 'sport',
        sale_opens_at: inSeconds(3 * DAY_S),
    });
    const soldOut = await makeEvent({ title: 'An Evening of Jokes', category: 'comedy' }, oneRow(1));
    await other.buy(soldOut.id, 1);
    const [wanted, offered] = await Promise.all(['Swan Lake', 'Salon Quartet'].map(soldOutFor(other, fan)));
    const room = { lease_cap: 1, rate_per_minute: 60, lobby_minutes: 60, claim_window_seconds: 600 };
    const lobby = await makeQueueEvent(1800, { title: 'Stadium Lights', waiting_room: room });
    const line = await makeQueueEvent(-60, { title: 'The Reunion', waiting_room: room });
    await takeLease(line, other);
    const turn = await makeQueueEvent(-60, {
        title: 'Late Night Strings',
        waiting_room: { ...room, lease_cap: 50 },
    });
    const still = await makeQueueEvent(-60, {
        title: 'The Long Encore',
        waiting_room: { ...room, lease_cap: 50, claim_window_seconds: 5, grace_seconds: 600 },
    });
    const lanes = await makeQueueEvent(-60, {
        title: 'The Members’ Ball',
        waiting_room: { ...room, lanes: [{ name: 'Members', share_percent: 20, entry: 'open' }] },
    });
    await takeLease(lanes, other);
    const invited = await makeQueueEvent(-60, {
        title: 'A Private View',
        waiting_access: 'invited',
        waiting_room: room,
    });
    const booking = await fan.buy(direct.id, 2);
    const cancelled = await fan.buy(direct.id, 1);
    await fan.call('POST', `/api/bookings/${cancelled.id}/cancel`, {});
    const hold = await fan.call<{ id: string }>('POST', `/api/events/${direct.id}/holds`, {
        best_available: { quantity: 2 },
    });
    return {
        fan,
        staff,
        organiser: by,
        direct,
        drawn,
        standing,
        later,
        soldOut,
        wanted: wanted!.event,
        offered: await offer(offered!, other, fan),
        lobby,
        line,
        turn,
        still,
        lanes,
        invited,
        draft: await makeDraft(by, 'A Festival to Come'),
        built: await makeBuilt(by),
        hold: hold.id,
        booking: booking.id,
        cancelled: cancelled.id,
    };
}

/** An event of two seats: somebody has bought them, and somebody waits for them. */
function soldOutFor(buyer: Person, waiting: Person) {
    return async (title: string): Promise<{ event: MadeEvent; booking: string }> => {
        const event = await makeEvent({ title }, oneRow(2));
        const { id: booking } = await buyer.buy(event.id, 2);
        const wish = { quantity: 2, tier: 0, together: true };
        await waiting.call('POST', `/api/events/${event.id}/waiting-list`, wish);
        return { event, booking };
    };
}

/** Gives the seats back, and waits until the other is offered them. */
async function offer(
    { event, booking }: { event: MadeEvent; booking: string },
    buyer: Person,
    waiting: Person,
): Promise<MadeEvent> {
    await buyer.call('POST', `/api/bookings/${booking}/cancel`, {});
    await until('the seats are offered', async () => {
        const list = await waiting.call<Schema['ListView']>('GET', `/api/events/${event.id}/waiting-list`);
        return list.entry?.offer;
    });
    return event;
}

async function makeDraft(by: Person, title: string): Promise<MadeEvent> {
    const { id } = await by.call<{ id: string }>('POST', '/api/events', {
        title,
        category: 'festival',
        venue: 'The Tester’s House',
        city: 'Vienna',
        time_zone: 'Europe/Vienna',
        starts_at: inSeconds(60 * DAY_S),
        sale_opens_at: inSeconds(30 * DAY_S),
        demand: 'direct',
        currency: 'EUR',
    });
    return { id, title, organiser: by };
}

/** A draft whose seats are drawn, and kept in the library as well. */
async function makeBuilt(by: Person): Promise<MadeEvent> {
    const event = await makeDraft(by, 'A Play to Come');
    await by.call('PUT', `/api/events/${event.id}/seat-map`, SMALL_HOUSE);
    await by.call('POST', '/api/venues', { name: 'The Tester’s House', document: SMALL_HOUSE });
    return event;
}

/** Words on the screens that come from the world, not from a catalogue. */
export function wordsOf(world: World): string[] {
    const events = [
        world.direct,
        world.drawn,
        world.standing,
        world.later,
        world.soldOut,
        world.wanted,
        world.offered,
        world.lobby,
        world.line,
        world.turn,
        world.still,
        world.lanes,
        world.invited,
        world.draft,
        world.built,
    ];
    const people = [world.fan, world.staff, world.organiser];
    return [
        ...events.map(({ title }) => title),
        ...people.flatMap(({ name, email }) => [name, email]),
        'Made by the browser tests.',
        'The Tester’s House',
        'Vienna',
        'Stalls',
        'Stage',
        'Front',
        'Back',
        'Gold',
        'Silver',
        // The server's name of a seat.
        'Row',
        world.booking,
        world.cancelled,
    ];
}
