import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const store = new Map<string, string>();
const storage = {
    getItem: (key: string) => store.get(key) ?? null,
    setItem: (key: string, value: string) => void store.set(key, value),
    removeItem: (key: string) => void store.delete(key),
};

interface Sent {
    method: string;
    path: string;
    key: string | null;
}

let sent: Sent[];
let answers: (Response | Error)[];

beforeEach(() => {
    store.clear();
    sent = [];
    answers = [];
    vi.stubGlobal('sessionStorage', storage);
    vi.stubGlobal('localStorage', storage);
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
        const headers = new Headers(init.headers);
        sent.push({ method: init.method ?? 'GET', path, key: headers.get('Idempotency-Key') });
        const answer = answers.shift();
        return answer instanceof Response ? Promise.resolve(answer) : Promise.reject(answer);
    });
});

afterEach(() => vi.unstubAllGlobals());

function answer(status: number, body: object): Response {
    return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
}

const problem = (status: number, kind: string) => answer(status, { type: `urn:onsale:problem:${kind}` });
const booked = () => answer(201, { id: 'b1' });

async function pay(number = '4242'): Promise<string> {
    const { pay } = await import('./pay');
    return pay('h1', 'b1', number);
}

test('a press that got no answer and is repeated carries the same key', async () => {
    answers = [new TypeError('network'), new TypeError('network')];
    await expect(pay()).rejects.toMatchObject({ kind: 'offline' });
    answers = [booked()];
    expect(await pay()).toBe('b1');
    const posts = sent.filter((request) => request.method === 'POST');
    expect(posts).toHaveLength(2);
    expect(posts[0]!.key).toBe(posts[1]!.key);
});

test('a lost answer finds the booking', async () => {
    answers = [new TypeError('network'), answer(200, { id: 'b1' })];
    expect(await pay()).toBe('b1');
    expect(sent.map((request) => request.path)).toEqual(['/api/bookings', '/api/bookings/b1']);
});

test('another card after a declined one is another request', async () => {
    answers = [problem(402, 'payment-declined')];
    await expect(pay('4000')).rejects.toMatchObject({ kind: 'payment-declined' });
    answers = [booked()];
    await pay('4242');
    expect(sent[0]!.key).not.toBe(sent[1]!.key);
});

test('a key that was used for another card is renewed by itself', async () => {
    answers = [problem(422, 'idempotency-key-reused'), booked()];
    expect(await pay()).toBe('b1');
    expect(sent[0]!.key).not.toBe(sent[1]!.key);
});
