/** Being told things by this browser while no page of Onsale is open: its subscription at its maker's push service. */

import { api, ok } from '$lib/api/client';
import { mailLocale } from './people';

/** Why this browser cannot be pushed to. */
export type PushTrouble = 'off' | 'denied';

export class CannotPush extends Error {
    constructor(readonly why: PushTrouble) {
        super(why);
    }
}

/** Whether this browser could be. */
export function canPush(): boolean {
    return 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;
}

/** Whether it is, for somebody. */
export async function isPushed(): Promise<boolean> {
    return Boolean(canPush() && (await current()));
}

/** Asks for permission, subscribes, and tells the account of the session. */
export async function pushHere(): Promise<void> {
    if (!canPush()) throw new CannotPush('off');
    const { data: key, response } = await api.GET('/api/push/key');
    if (!key) throw response.status === 404 ? new CannotPush('off') : new Error('no key');
    if ((await Notification.requestPermission()) !== 'granted') throw new CannotPush('denied');
    await navigator.serviceWorker.register('/service-worker.js', {
        type: import.meta.env.DEV ? 'module' : 'classic',
    });
    const { pushManager } = await navigator.serviceWorker.ready;
    const options = { userVisibleOnly: true, applicationServerKey: key.public_key };
    const subscription = await pushManager.subscribe(options).catch(async (error: unknown) => {
        // Of another key: that one is of no use any more.
        const old = await pushManager.getSubscription();
        if (!old) throw error;
        await old.unsubscribe();
        return pushManager.subscribe(options);
    });
    const { endpoint = '', keys = {} } = subscription.toJSON();
    const { p256dh = '', auth = '' } = keys;
    const body = { endpoint, keys: { p256dh, auth }, ...mailLocale() };
    await ok(api.PUT('/api/me/push-subscriptions', { body }));
}

/** Ends it for whoever it was; the push service tells Onsale with the next push. */
export async function pushHereNoMore(): Promise<void> {
    if (canPush()) await (await current())?.unsubscribe();
}

async function current(): Promise<PushSubscription | null | undefined> {
    return (await navigator.serviceWorker.getRegistration('/'))?.pushManager.getSubscription();
}
