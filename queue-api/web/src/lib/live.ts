/** The one socket of this page (docs/messages.md). Subscriptions outlive it: after a loss they are made again. */

import { api, ok, sessionHint } from '$lib/api/client';

/** What can be listened to. */
export type Topic =
    | { to: 'line'; event: string }
    | { to: 'seats'; event: string }
    | { to: 'place'; token: string }
    | { to: 'bookings' };

/** What the server says, by `type`; the table in docs/messages.md names the members. */
export type Message = { type: string } & Record<string, unknown>;

/** Whether news arrive: `live`, or `away` while the socket is being made again. */
export type LinkState = 'connecting' | 'live' | 'away';

interface Subscription {
    topic: Topic;
    hear: (message: Message) => void;
    /** The topic stands (again): what was taken before it may be out of date. */
    stand: (() => void) | undefined;
}

const DEFAULT_HEARTBEAT_MS = 25_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** Renewed this long before it ends. */
const TOKEN_MARGIN_MS = 60_000;

class Live {
    #socket: WebSocket | undefined;
    #subscriptions = new Set<Subscription>();
    #watchers = new Set<(state: LinkState) => void>();
    #state: LinkState = 'connecting';
    #losses = 0;
    #beats: ReturnType<typeof setInterval> | undefined;
    #heardAt = 0;
    #retry: ReturnType<typeof setTimeout> | undefined;
    #renewal: ReturnType<typeof setTimeout> | undefined;

    /** Listens to a topic until the function it returns is called. */
    subscribe(topic: Topic, hear: (message: Message) => void, stand?: () => void): () => void {
        const subscription = { topic, hear, stand };
        this.#subscriptions.add(subscription);
        if (this.#socket?.readyState === WebSocket.OPEN) void this.#ask(subscription);
        else this.#connect();
        return () => this.#drop(subscription);
    }

    /** Tells whether news arrive, now and whenever that changes. */
    watch(tell: (state: LinkState) => void): () => void {
        this.#watchers.add(tell);
        tell(this.#state);
        return () => this.#watchers.delete(tell);
    }

    #drop(subscription: Subscription): void {
        this.#subscriptions.delete(subscription);
        const others = [...this.#subscriptions].some((other) => same(other.topic, subscription.topic));
        if (!others) this.#say({ type: 'unsubscribe', ...subscription.topic });
        if (this.#subscriptions.size === 0) this.#close();
    }

    #close(): void {
        clearTimeout(this.#retry);
        clearInterval(this.#beats);
        clearTimeout(this.#renewal);
        this.#retry = undefined;
        const socket = this.#socket;
        this.#socket = undefined;
        socket?.close(1000);
    }

    #connect(): void {
        if (this.#socket || this.#retry) return;
        // Takes the slot at once: two callers make one socket.
        this.#retry = setTimeout(() => void this.#open(), 0);
    }

    async #open(): Promise<void> {
        try {
            const { url } = await ok(api.GET('/api/socket'));
            this.#retry = undefined;
            if (this.#subscriptions.size === 0) return;
            const socket = new WebSocket(url);
            this.#socket = socket;
            socket.onmessage = (event) => this.#hear(JSON.parse(String(event.data)) as Message);
            socket.onclose = () => this.#lost(socket);
        } catch {
            this.#retry = undefined;
            this.#again();
        }
    }

    #lost(socket: WebSocket): void {
        if (this.#socket !== socket) return;
        this.#socket = undefined;
        clearInterval(this.#beats);
        clearTimeout(this.#renewal);
        if (this.#subscriptions.size > 0) this.#again();
    }

    /** A random moment within a span that doubles: those who lost the same server do not come back together. */
    #again(): void {
        this.#turn('away');
        const span = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#losses++);
        this.#retry = setTimeout(() => void this.#open(), span * (0.5 + Math.random() / 2));
    }

    #turn(state: LinkState): void {
        if (this.#state === state) return;
        this.#state = state;
        for (const tell of this.#watchers) tell(state);
    }

    #say(text: object): void {
        if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(text));
    }

    async #ask(subscription: Subscription): Promise<void> {
        if (subscription.topic.to === 'bookings' && !(await this.#authenticate())) return;
        this.#say({ type: 'subscribe', ...subscription.topic });
    }

    /** Says who is listening; the token is for the socket alone. */
    async #authenticate(): Promise<boolean> {
        if (!sessionHint.get()) return false;
        try {
            const { token, expires_in } = await ok(api.POST('/api/auth/socket-token'));
            this.#say({ type: 'authenticate', token });
            clearTimeout(this.#renewal);
            const wait = Math.max(5_000, expires_in * 1000 - TOKEN_MARGIN_MS);
            this.#renewal = setTimeout(() => void this.#authenticate(), wait);
            return true;
        } catch {
            return false;
        }
    }

    /** The server's own pings are not seen by scripts: asks now and then, and gives up a socket that says nothing. */
    #beat(everyMs: number): void {
        const socket = this.#socket;
        clearInterval(this.#beats);
        this.#beats = setInterval(() => {
            if (Date.now() - this.#heardAt <= everyMs * 2) return this.#say({ type: 'ping' });
            socket?.close();
            if (socket) this.#lost(socket);
        }, everyMs);
    }

    #hear(message: Message): void {
        this.#heardAt = Date.now();
        if (message.type === 'hello') {
            this.#beat(Number(message['heartbeat_ms']) || DEFAULT_HEARTBEAT_MS);
            this.#losses = 0;
            this.#turn('live');
            for (const subscription of this.#subscriptions) void this.#ask(subscription);
            return;
        }
        for (const subscription of this.#subscriptions) {
            if (!concerns(subscription.topic, message)) continue;
            if (message.type === 'subscribed') subscription.stand?.();
            else subscription.hear(message);
        }
    }
}

function same(a: Topic, b: Topic): boolean {
    return JSON.stringify(a) === JSON.stringify(b);
}

/** Whether a message belongs to a topic. */
export function concerns(topic: Topic, message: Message): boolean {
    const about = message.type === 'subscribed' || message.type === 'resync' ? message['to'] : undefined;
    const event = message['event'];
    switch (topic.to) {
        case 'line':
        case 'seats':
            return (about ?? message.type) === topic.to && event === topic.event;
        case 'place':
            return (about ?? message.type) === 'place';
        case 'bookings':
            return (
                (about ?? message.type) === 'bookings' ||
                ['booking', 'ticket', 'offer'].includes(message.type)
            );
    }
}

export const live = new Live();
