/** What is kept on this device for when there is no network: the pages of the tickets, and the tickets of one account. */

/** Tickets and their codes. Cleared when the account changes or signs out. */
export const TICKETS_CACHE = 'onsale-tickets';
/** In an answer out of the cache: when it was taken. */
export const KEPT_HEADER = 'Onsale-Kept';

const OWNER_KEY = 'onsale.tickets-of';

/** Registers the service worker and has it keep what this page is made of. */
export async function keepForOffline(): Promise<void> {
    if (!('serviceWorker' in navigator)) return;
    await navigator.serviceWorker.register('/service-worker.js', {
        type: import.meta.env.DEV ? 'module' : 'classic',
    });
    const { active } = await navigator.serviceWorker.ready;
    await inControl();
    const loaded = performance.getEntriesByType('resource').map((entry) => entry.name);
    active?.postMessage({ type: 'keep', urls: loaded.filter((url) => url.includes('/_app/immutable/')) });
}

/** Until the service worker sees what this page asks for. */
function inControl(): Promise<void> {
    const workers = navigator.serviceWorker;
    if (workers.controller) return Promise.resolve();
    return new Promise((resolve) => {
        workers.addEventListener('controllerchange', () => resolve(), { once: true });
        // It may have taken over in between.
        if (workers.controller) resolve();
    });
}

/** The tickets kept here are this account's; those of anybody else go. */
export async function belongTo(user: string | null): Promise<void> {
    if (!('caches' in globalThis)) return;
    if (localStorage.getItem(OWNER_KEY) !== user) await caches.delete(TICKETS_CACHE);
    if (user === null) localStorage.removeItem(OWNER_KEY);
    else localStorage.setItem(OWNER_KEY, user);
}

/** Whether tickets of somebody are kept here. */
export function keptTickets(): boolean {
    return localStorage.getItem(OWNER_KEY) !== null;
}
