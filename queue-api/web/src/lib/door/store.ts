/** What a door keeps on its device: the list of tickets (no names), who came in here, and scans that wait to be sent. */

import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Schema } from '$lib/api/client';
import { DOOR_DATABASE } from './forget';
import type { Entry, Outcome } from './verdict';

/** An event's list as it was taken. */
export interface KeptList {
    event: string;
    title: string;
    venue: string;
    startsAt: string;
    zone: string;
    list: Schema['DoorList'];
    tag: string | null;
    /** Unix ms. */
    takenAt: number;
}

/** A scan of this device. */
export interface KeptScan {
    id: string;
    event: string;
    code: string;
    ticket: string | undefined;
    door: string;
    /** RFC 3339. */
    at: string;
    outcome: Outcome;
    /** Seat or area, once the server has named it; never a person. */
    label?: string | undefined;
    used?: Entry | undefined;
    /** `told`: the server has it; `refused`: it never will. */
    state: 'waiting' | 'told' | 'refused';
    /** The server says something else, and nobody has looked at that yet. */
    conflict?: { outcome: Outcome; used?: Entry | undefined } | undefined;
}

interface Doors extends DBSchema {
    lists: { key: string; value: KeptList };
    entries: { key: [string, string]; value: Entry & { event: string; ticket: string } };
    scans: { key: string; value: KeptScan; indexes: { event: string } };
}

/** Scans that are kept for looking back, once they were told. */
const KEPT_SCANS = 100;

let opened: Promise<IDBPDatabase<Doors>> | undefined;

function database(): Promise<IDBPDatabase<Doors>> {
    opened ??= openDB<Doors>(DOOR_DATABASE, 1, {
        upgrade(made) {
            made.createObjectStore('lists', { keyPath: 'event' });
            made.createObjectStore('entries', { keyPath: ['event', 'ticket'] });
            made.createObjectStore('scans', { keyPath: 'id' }).createIndex('event', 'event');
        },
    });
    return opened;
}

export async function keptLists(): Promise<KeptList[]> {
    return (await database()).getAll('lists');
}

export async function keptList(event: string): Promise<KeptList | undefined> {
    return (await database()).get('lists', event);
}

export async function keepList(list: KeptList): Promise<void> {
    await (await database()).put('lists', list);
}

/** Who came in by this device, by ticket. */
export async function entries(event: string): Promise<Map<string, Entry>> {
    const range = IDBKeyRange.bound([event], [event, []]);
    const all = await (await database()).getAll('entries', range);
    return new Map(all.map(({ ticket, door, at }) => [ticket, { door, at }]));
}

/** Keeps a scan, and whom it let in, or neither. */
export async function keepScan(scan: KeptScan): Promise<void> {
    const transaction = (await database()).transaction(['scans', 'entries'], 'readwrite');
    const { event, ticket, door, at } = scan;
    if (ticket && scan.outcome === 'admitted') {
        await transaction.objectStore('entries').put({ event, ticket, door, at });
    }
    await transaction.objectStore('scans').put(scan);
    await transaction.done;
}

/** The scans of an event, newest first. */
export async function scans(event: string): Promise<KeptScan[]> {
    const all = await (await database()).getAllFromIndex('scans', 'event', event);
    return all.sort((a, b) => b.at.localeCompare(a.at));
}

/** Lets go of scans that nobody needs to look back at. */
export async function prune(event: string): Promise<void> {
    const old = (await scans(event)).filter((scan) => scan.state === 'told' && !scan.conflict);
    const store = await database();
    await Promise.all(old.slice(KEPT_SCANS).map((scan) => store.delete('scans', scan.id)));
}

/** Deletes all but scans that wait to be sent. */
export async function clearDoors(): Promise<void> {
    const transaction = (await database()).transaction(['lists', 'entries', 'scans'], 'readwrite');
    await Promise.all([transaction.objectStore('lists').clear(), transaction.objectStore('entries').clear()]);
    for (const scan of await transaction.objectStore('scans').getAll()) {
        if (scan.state !== 'waiting') await transaction.objectStore('scans').delete(scan.id);
    }
    await transaction.done;
}
