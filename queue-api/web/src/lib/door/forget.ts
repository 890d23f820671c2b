/** Leaving a door: what it kept goes, except scans that the server does not have yet. */

export const DOOR_DATABASE = 'onsale-door';

/** Deletes lists and entries. Asks for nothing where no door was ever kept. */
export async function forgetDoors(): Promise<void> {
    if (!('indexedDB' in globalThis)) return;
    const known = await indexedDB.databases?.().catch(() => undefined);
    if (known && !known.some((database) => database.name === DOOR_DATABASE)) return;
    const { clearDoors } = await import('./store');
    await clearDoors();
}
