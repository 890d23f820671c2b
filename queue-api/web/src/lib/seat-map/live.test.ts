import { expect, test, vi } from 'vitest';
import { expand } from './expand';
import { LiveSeats, type Snapshot } from './live.svelte';
import { HELD, SeatStates, SOLD } from './states';
import { stalls } from './testing';

/** A server whose snapshots are answered when the test says so. */
function served() {
    const asked: ((snapshot: Snapshot) => void)[] = [];
    const fetchSnapshot = vi.fn(() => new Promise<Snapshot>((answer) => asked.push(answer)));
    const states = new SeatStates(expand(stalls()));
    const seats = new LiveSeats('event', states, fetchSnapshot);
    return { asked, fetchSnapshot, states, seats };
}

function snapshot(version: number, first = 0): Snapshot {
    const bits = new Uint8Array(25);
    bits[0] = first << 6;
    return { version, bits };
}

function delta(after: number, version: number, seat: number, state: number) {
    return { type: 'seats', event: 'event', after, version, seats: [[seat, state]] };
}

const turn = () => new Promise<void>((resolve) => setTimeout(resolve));

test('deltas that come while a snapshot is under way are applied upon it', async () => {
    const { asked, states, seats } = served();
    seats.refresh();
    seats.hear(delta(3, 4, 0, HELD));
    seats.hear(delta(4, 5, 1, SOLD));
    expect(states.version).toBe(-1);
    asked[0]?.(snapshot(4, HELD));
    await turn();
    expect([states.version, states.of(0), states.of(1), seats.known]).toEqual([5, HELD, SOLD, true]);
});

test('a gap, or the word that something was missed, asks for a snapshot once', async () => {
    const { asked, fetchSnapshot, states, seats } = served();
    seats.refresh();
    asked[0]?.(snapshot(4));
    await turn();
    seats.hear(delta(6, 7, 0, HELD));
    seats.hear(delta(7, 8, 1, HELD));
    expect(fetchSnapshot).toHaveBeenCalledTimes(2);
    asked[1]?.(snapshot(8, HELD));
    await turn();
    expect([states.version, states.of(0)]).toEqual([8, HELD]);
    seats.hear({ type: 'resync', to: 'seats', event: 'event' });
    expect(fetchSnapshot).toHaveBeenCalledTimes(3);
});

test('a snapshot asked for meanwhile is taken after the one under way', async () => {
    const { asked, fetchSnapshot, states, seats } = served();
    seats.refresh();
    seats.refresh();
    expect(fetchSnapshot).toHaveBeenCalledTimes(1);
    asked[0]?.(snapshot(1));
    await turn();
    expect(fetchSnapshot).toHaveBeenCalledTimes(2);
    asked[1]?.(snapshot(2));
    await turn();
    expect(states.version).toBe(2);
});

test('a view that begins anew, after a loss, is believed', async () => {
    const { asked, states, seats } = served();
    seats.refresh();
    asked[0]?.(snapshot(90, HELD));
    await turn();
    seats.refresh();
    asked[1]?.(snapshot(1));
    await turn();
    expect([states.version, states.of(0)]).toEqual([1, 0]);
});

test('the map is known by the name that was heard last, in a message or with a snapshot', async () => {
    const { asked, seats } = served();
    seats.refresh();
    asked[0]?.({ ...snapshot(4), map: 'first' });
    await turn();
    expect(seats.named).toBe('first');
    seats.hear(delta(4, 5, 0, HELD));
    expect(seats.named).toBe('first');
    seats.hear({ type: 'seats', event: 'event', after: 5, version: 6, map: 'second' });
    expect(seats.named).toBe('second');
    seats.hear({ type: 'seats', event: 'event', after: 8, version: 9, seats: [], map: 'third' });
    asked[1]?.(snapshot(9));
    await turn();
    expect(seats.named).toBe('third');
});

test('an event is behind once another map is named, its prices are said to have changed, or a snapshot is of a later one', async () => {
    const shown = { version: 3, seat_map: { hash: 'a' } };
    const heard = async (...snapshots: Partial<Snapshot>[]) => {
        const { asked, seats } = served();
        for (const [at, more] of snapshots.entries()) {
            seats.refresh();
            asked[at]?.({ ...snapshot(at + 1), ...more } as Snapshot);
            await turn();
        }
        return seats;
    };
    const same = await heard({ map: 'a', event: 3 }, { map: 'a', event: 3 });
    expect([same.isAhead(shown), same.told]).toEqual([false, 0]);
    same.hear({ ...delta(2, 3, 0, HELD), map: 'a' });
    expect([same.isAhead(shown), same.told]).toEqual([true, 1]);
    expect((await heard({ map: 'b', event: 3 })).isAhead(shown)).toBe(true);
    expect((await heard({ map: 'a', event: 4 })).isAhead(shown)).toBe(true);
    const later = await heard({ map: 'a', event: 3 }, { map: 'a', event: 4 });
    expect([later.isAhead({ ...shown, version: 4 }), later.told]).toEqual([true, 1]);
});
