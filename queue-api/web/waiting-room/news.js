// The API.

async function get(path) {
    const answer = await fetch('/api/events/' + event + '/waiting-room' + path, {
        headers: { 'Onsale-Client': 'web' },
    });
    if (answer.ok) return answer.json();
    if (answer.status === 404) return null;
    throw answer;
}

let asking = false;
async function ask(what = ['', '/place']) {
    if (asking) return;
    asking = true;
    try {
        if (what.includes('')) data.room = (await get('')) ?? data.room;
        if (what.includes('/place')) {
            data.place = await get('/place');
            follow();
        }
        heardAt = now();
        trouble = '';
        one('#trouble').dataset.server = '';
        explain();
        await drawn();
    } catch {
        trouble = t.offline;
    }
    asking = false;
    render();
}

// Asks by itself when nothing was heard for long enough; the server says how long that is.
let timer;
function later() {
    clearTimeout(timer);
    const left = Date.parse(room().phase === 'scheduled' ? room().lobby_opens_at : room().opens_at) - now();
    let wait = place().poll_after_ms ?? between(10000, 15000);
    if (!data.room) wait = between(2000, 5000);
    else if (room().phase === 'scheduled') wait = Math.min(60000, Math.max(500, left)) + between(0, 2000);
    else if (room().phase === 'closed') wait = between(60000, 90000);
    timer = setTimeout(async () => {
        const news = Date.now() - lineAt < 5000;
        // The socket tells all but the end of a deadline; each place is looked at now and then all the same.
        if (!news || room().cycle || Date.now() - askedAt > 300000) {
            askedAt = Date.now();
            await ask();
        }
        later();
    }, wait);
}
let [lineAt, askedAt] = [0, Date.now()];

// News: one tab holds the socket, the others listen to it.

function take(message) {
    if (message.type === 'line' && message.event === event) {
        const { type, event: _, at_ms, ...line } = message;
        offset = Math.max(offset, at_ms - Date.now());
        heardAt = at_ms;
        lineAt = Date.now();
        trouble = '';
        const was = room().phase;
        data.room = { ...room(), pause_reason: undefined, ...line };
        explain();
        const undrawn = place().number === null && line.lobby_count !== null && !room().seed;
        // All at once would be too many; the seed is the same for everybody, so a cache can answer.
        if (undrawn || (was && was !== line.phase)) setTimeout(() => ask(['']), between(0, 2000));
    } else if (message.type === 'place' && message.place === place().id) {
        if (message.state === 'admitted' && place().state === 'waiting') {
            const grace_from = message.until_ms - (room().grace_seconds ?? 0) * 1000;
            const [from, until] = [grace_from, message.until_ms].map((ms) => new Date(ms).toISOString());
            Object.assign(data.place, { state: 'offered', until, grace_from: from });
        } else if (message.state === 'waiting' && place().state === 'waiting') return;
        else return void ask(['/place']);
    } else if (message.type === 'changed' && message.place !== place().id) {
        return void ask();
    }
    render();
}

const channel = 'BroadcastChannel' in self ? new BroadcastChannel('onsale-line-' + event) : undefined;
if (channel) channel.onmessage = (message) => take(message.data);

let socket;
let losses = 0;
let aliveAt = 0;
const say = (text) => socket?.readyState === 1 && socket.send(JSON.stringify(text));
let followed;
function follow() {
    const { token } = place();
    if (!token || socket?.readyState !== 1 || followed === token) return;
    followed = token;
    say({ type: 'subscribe', to: 'place', token });
}

function connect() {
    if (!data.socket) return;
    socket = new WebSocket(data.socket);
    followed = undefined;
    socket.onopen = () => {
        say({ type: 'subscribe', to: 'line', event });
        follow();
    };
    socket.onmessage = (text) => {
        aliveAt = Date.now();
        losses = 0;
        const message = JSON.parse(text.data);
        if (message.type !== 'line' && message.type !== 'place') return;
        channel?.postMessage(message);
        take(message);
    };
    socket.onclose = () => setTimeout(connect, Math.min(30000, 500 * 2 ** losses++) * between(0.5, 1));
}

setInterval(() => {
    if (socket?.readyState === 1 && Date.now() - aliveAt > 50000) socket.close();
    else say({ type: 'ping' });
}, 25000);

if (navigator.locks) {
    const lead = () => new Promise(connect);
    navigator.locks.request('onsale-line-' + event, lead).catch(connect);
} else connect();
channel?.postMessage({ type: 'changed', place: place().id });

// A deadline that passes is not told: look what came of it.
let ended;
setInterval(() => {
    const { until } = place();
    if (until && ended !== until && Date.parse(until) + 1000 < now()) {
        ended = until;
        void ask();
    }
    render();
}, 1000);
