/// <reference types="@sveltejs/kit" />
/// <reference lib="webworker" />

/**
 * Shows what is pushed, and makes tickets and doors work without a network: keeps the application's page, the parts of it that these pages have
 * loaded, and the answers about tickets. Nothing else of the API is ever kept.
 */

import { version } from '$service-worker';
import { KEPT_HEADER, TICKETS_CACHE } from '$lib/fan/offline';

const worker = self as unknown as ServiceWorkerGlobalScope;
const SHELL_CACHE = `onsale-shell-${version}`;
/** The document every address of the application begins with. */
const DOCUMENT = '/';
/** The same for doors, whose policy lets them compile WebAssembly. */
const DOOR_DOCUMENT = '/door';
const SMALL = ['/icon.svg', '/manifest.webmanifest'];
/** A network that is slower than this is taken for none, when the tickets are there. */
const PATIENCE_MS = 4_000;

/** What the notifier pushes; its texts are in the fan's language already. */
interface Pushed {
    title: string;
    body: string;
    url: string;
    tag: string;
    lang: string;
}

const TICKETS = /^\/api\/tickets(\/[0-9a-f-]+(\/qr\.svg)?)?$/;

worker.addEventListener('install', (event) => {
    const fill = caches.open(SHELL_CACHE).then((cache) => cache.addAll([DOCUMENT, DOOR_DOCUMENT, ...SMALL]));
    event.waitUntil(fill.then(() => worker.skipWaiting()));
});

worker.addEventListener('activate', (event) => {
    event.waitUntil(forgetOld().then(() => worker.clients.claim()));
});

async function forgetOld(): Promise<void> {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith('onsale-shell-') && name !== SHELL_CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
}

worker.addEventListener('message', (event) => {
    const { type, urls } = event.data as { type?: string; urls?: string[] };
    if (type === 'keep' && urls) event.waitUntil(keepParts(urls));
});

/** Parts have hashes in their names: what is there is right. */
async function keepParts(urls: string[]): Promise<void> {
    const cache = await caches.open(SHELL_CACHE);
    const own = urls.filter((url) => new URL(url).origin === location.origin);
    const wanted = own.map(async (url) => {
        if (!(await cache.match(url))) await cache.add(url).catch(() => undefined);
    });
    await Promise.all(wanted);
}

worker.addEventListener('push', (event) => {
    event.waitUntil(notify(event.data));
});

/** Browsers insist on a notification for every push, also for one that cannot be read. */
async function notify(data: PushMessageData | null): Promise<void> {
    let pushed: Partial<Pushed> = {};
    try {
        pushed = (data?.json() as Partial<Pushed> | undefined) ?? {};
    } catch {
        pushed = {};
    }
    const { title = 'Onsale', url = '/', ...options } = pushed;
    const { body, tag, lang } = options;
    await worker.registration.showNotification(title, {
        ...(body && { body }),
        ...(tag && { tag }),
        ...(lang && { lang }),
        icon: '/icon.svg',
        data: { url },
        requireInteraction: true,
    });
}

worker.addEventListener('notificationclick', (event) => {
    event.notification.close();
    const { url = '/' } = (event.notification.data ?? {}) as { url?: string };
    event.waitUntil(show(new URL(url, location.origin)));
});

/** The page, where it is open already; else a new one. Never one of somebody else. */
async function show(url: URL): Promise<void> {
    if (url.origin !== location.origin) return;
    const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const open = windows.find((window) => new URL(window.url).pathname === url.pathname);
    await (open ? open.focus() : worker.clients.openWindow(url.href));
}

worker.addEventListener('fetch', (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== 'GET' || url.origin !== location.origin) return;
    if (TICKETS.test(url.pathname)) event.respondWith(ticket(event));
    else if (request.mode === 'navigate' && isOurs(url.pathname)) event.respondWith(document(request));
    else if (url.pathname.startsWith('/_app/') || SMALL.includes(url.pathname)) {
        event.respondWith(part(request));
    }
});

/** The API and the waiting room's page are not made of the application's document. */
function isOurs(path: string): boolean {
    return !path.startsWith('/api/') && !path.endsWith('/waiting-room');
}

async function document(request: Request): Promise<Response> {
    try {
        return await fetch(request);
    } catch (error) {
        const door = /^\/door(\/|$)/.test(new URL(request.url).pathname);
        const kept = await caches.match(door ? DOOR_DOCUMENT : DOCUMENT, { cacheName: SHELL_CACHE });
        if (kept) return kept;
        throw error;
    }
}

async function part(request: Request): Promise<Response> {
    const kept = await caches.match(request, { cacheName: SHELL_CACHE });
    return kept ?? fetch(request);
}

/** The network's answer; without one, or when it takes too long, the one that was kept. */
async function ticket(event: FetchEvent): Promise<Response> {
    const { request } = event;
    const fresh = fetch(request).then(async (response) => {
        if (response.ok) await keep(request, response.clone());
        return response;
    });
    const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE_MS));
    event.waitUntil(fresh.catch(() => undefined));
    const answer = await Promise.race([fresh.catch(() => undefined), late]);
    return answer ?? (await kept(request)) ?? fresh;
}

async function keep(request: Request, response: Response): Promise<void> {
    const headers = new Headers(response.headers);
    headers.set(KEPT_HEADER, new Date().toISOString());
    // It would be taken for the server's clock.
    headers.delete('Date');
    const cache = await caches.open(TICKETS_CACHE);
    await cache.put(request.url, new Response(await response.blob(), { status: response.status, headers }));
}

function kept(request: Request): Promise<Response | undefined> {
    return caches.match(request.url, { cacheName: TICKETS_CACHE });
}
