// What the waiting-room page does beyond being reloaded: follows the line over one socket for all tabs, counts down,
// tells when the turn comes, checks the draw. Set into the page after draw.js. Without it everything works by forms.

const data = JSON.parse(document.getElementById('data').textContent);
const { event, t } = data;
const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const language = document.documentElement.lang;
const numbers = new Intl.NumberFormat(language);
const plurals = new Intl.PluralRules(language);
const clockTime = new Intl.DateTimeFormat(language, { timeStyle: 'medium', hourCycle: 'h23' });
const room = () => data.room ?? {};
const place = () => data.place ?? {};

const fill = (text, gaps) => text.replace(/\{(\w+)\}/g, (_, gap) => gaps[gap]);
const num = (n) => numbers.format(n);
const counted = (name, n) => fill(t[name + (plurals.select(n) === 'one' ? '_one' : '_other')], { n: num(n) });
const between = (from, to) => from + Math.random() * (to - from);

// The server's clock: of all that was heard the message that travelled least says it best.
let offset = data.now - Date.now();
const now = () => Date.now() + offset;

function countdown(until) {
    const s = Math.max(0, Math.ceil((Date.parse(until) - now()) / 1000)) || 0;
    const two = (n) => String(n).padStart(2, '0');
    const [d, h, m] = [Math.floor(s / 86400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60];
    return (d ? counted('days', d) + ' ' : '') + (d || h ? h + ':' + two(m) : m) + ':' + two(s % 60);
}

function duration(seconds) {
    const minutes = Math.ceil(seconds / 60);
    const [h, n] = [Math.floor(minutes / 60), minutes % 60];
    return h ? fill(n ? t.hours_min : t.hours, n ? { h: num(h), n } : { n: num(h) }) : fill(t.min, { n });
}

// The same rules as screen.rs.
function screen() {
    const { phase } = room();
    const { state, number } = place();
    if (data.cancelled) return 'closed';
    if (!phase) return 'away';
    if (state === 'offered' && phase !== 'closed') return 'turn';
    if (state === 'shopping') return 'shopping';
    if (phase === 'closed') return 'closed';
    if (state === 'over') return 'over';
    if (state === 'waiting') return number === null ? 'lobby' : 'line';
    return phase === 'scheduled' ? 'soon' : 'join';
}

const before = () => Math.max(0, place().number - room().serving);
// In a room with lanes the server counts.
const ahead = () => (room().cycle ? place().position : before());

function waitWords() {
    const pace = room().admitted_last_minute;
    if (!pace) return t.wait_unknown;
    const seconds = Math.floor((before() * 60) / pace);
    const to = Math.floor((seconds * 3) / 2) + 10;
    if (to <= 60) return t.wait_soon;
    return fill(t.wait, { from: duration(Math.max(60, (seconds * 4) / 5)), to: duration(to) });
}

// Why the wait moved: said when the pace is another one than it was when this was last said.
let pace = { said: room().admitted_last_minute ?? 0, at: 0, phase: room().phase };
let why = '';
function explain() {
    const { phase, admitted_last_minute: n } = room();
    const moved = pace.said ? n / pace.said : 1;
    if (phase === 'open' && pace.phase === 'paused') why = t.resumed;
    else if (phase === 'paused') why = '';
    else if (n && Date.now() - pace.at > 30000 && (moved > 1.25 || moved < 0.8)) {
        why = fill(moved > 1 ? t.faster : t.slower, { n: num(n) });
    } else if (!n || pace.said) return (pace.phase = phase);
    pace = { said: n, at: Date.now(), phase };
}

let heardAt = data.now;
let busyUntil = 0;
let trouble = '';
let check = '';

function texts(shown) {
    const { opens_at, lobby_opens_at, joined, serving, available } = room();
    const { until, number, ordinal } = place();
    const n = ahead();
    const out = { here: counted('here', joined ?? 0), check, ordinal: ordinal ?? '–', drawn: number ?? '–' };
    if (opens_at) Object.assign(out, { opensIn: countdown(opens_at), lobbyIn: countdown(lobby_opens_at) });
    if (until) out.untilIn = countdown(until);
    if (shown === 'line') {
        out.ahead = n ? num(n) : '';
        out.aheadWords = n ? counted('ahead', n) : t.ahead_none;
        out.number = fill(t.number, { n: num(number + 1) });
        out.called = serving ? fill(t.called, { n: num(serving) }) : t.called_none;
        out.wait = waitWords();
        out.updated = fill(t.updated, { time: clockTime.format(heardAt) });
        out.why = why;
    }
    if (Number.isInteger(available)) out.stock = available ? counted('stock', available) : t.stock_none;
    if (shown === 'closed') out.stock = '';
    if (room().seed) Object.assign(out, { seed: room().seed, count: room().lobby_count });
    return out;
}

function show(element, shown) {
    if (element && element.hidden === shown) element.hidden = !shown;
}

function note(id, text) {
    const element = one(id);
    show(element, Boolean(text));
    if (text && element.textContent !== text) element.textContent = text;
}

let last = '';
function render() {
    const shown = screen();
    for (const section of all('section')) show(section, section.id === shown);
    const { phase, available, pause_reason: reason } = room();
    const lobby = phase === 'scheduled' || phase === 'lobby';
    const gone = data.cancelled ? 'cancelled' : available === 0 ? 'sold_out' : 'closed';
    const waiting = shown === 'lobby' || shown === 'line';
    const before = /soon|join|over/.test(shown);
    const when = {
        before,
        lobby,
        open: !lobby,
        waiting,
        leave: waiting || shown === 'turn' || shown === 'shopping',
    };
    for (const part of all('[data-when]')) show(part, when[part.dataset.when] ?? part.dataset.when === gone);
    const written = texts(shown);
    for (const part of all('[data-t]')) {
        const text = written[part.dataset.t];
        if (text !== undefined && part.textContent !== String(text)) part.textContent = text;
    }
    for (const [at, row] of all('aside li').entries()) {
        const tier = room().tiers?.find((stock) => stock.tier === data.tiers[at]);
        if (tier) row.classList.toggle('gone', tier.available === 0);
    }
    const sentence = reason && (/[.!?…]$/.test(reason.trim()) ? reason.trim() : reason.trim() + '.');
    note('#pause', phase === 'paused' && (reason ? fill(t.paused_why, { why: sentence }) : t.paused));
    const left = Math.ceil((busyUntil - Date.now()) / 1000);
    const server = one('#trouble').dataset.server;
    note('#trouble', left > 0 ? fill(t.busy, { n: left }) : trouble || server);
    if (shown === 'line') Object.assign(one('progress'), { max: place().number + 1, value: room().serving });
    title(shown);
    announce(shown);
    if (shown !== last) moved(shown);
}

function title(shown) {
    const words = { line: num(ahead()) + ' ' + t.in_line, lobby: countdown(room().opens_at), turn: t.turn };
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const flash = shown === 'turn' && !still && Math.floor(Date.now() / 1000) % 2 ? '● ' : '';
    const text = flash + (words[shown] ? words[shown] + ' · ' : '') + data.title;
    if (document.title !== text) document.title = text;
}

// Politely, and seldom: at milestones, or when a minute has passed since the last time.
let said = { at: Date.now(), ahead: Infinity };
function announce(shown) {
    if (shown !== 'line') return;
    const n = ahead();
    const milestone = [1000, 500, 100, 50, 10, 5, 1, 0].find((mark) => n <= mark && said.ahead > mark);
    const minute = Date.now() - said.at > 60000;
    if ((milestone === undefined || Date.now() - said.at < 10000) && !minute) return;
    if (n === said.ahead && room().phase !== 'paused') return;
    said = { at: Date.now(), ahead: n };
    one('#polite').textContent = n ? num(n) + ' ' + counted('ahead', n) + '. ' + waitWords() : t.ahead_none;
}

function moved(shown) {
    const first = last === '';
    last = shown;
    show(one('#alerts'), 'Notification' in self || 'AudioContext' in self);
    if (shown === 'turn') return called(first);
    one('#loud').textContent = '';
    if (!first) one('#polite').textContent = one('#' + shown + ' h2')?.textContent ?? '';
}

let sound;
function beep(pitch, after) {
    const [tone, volume] = [sound.createOscillator(), sound.createGain()];
    const at = sound.currentTime + after;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.25, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.35);
    tone.connect(volume).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 0.4);
}

function called(first) {
    one('#loud').textContent = t.turn;
    if (first) return;
    // Browsers refuse, and say so, before the first tap.
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([300, 150, 300]);
    if (!sound) return;
    for (const at of [0, 1, 2]) beep(660 + at * 110, at * 0.4);
    try {
        // Phones allow it to service workers only; there sound and vibration must do.
        new Notification(t.turn, { body: data.title, tag: event, requireInteraction: true });
    } catch {
        return;
    }
}

one('#alerts button').addEventListener('click', async ({ currentTarget: button }) => {
    sound ??= new AudioContext();
    await sound.resume();
    beep(880, 0);
    button.setAttribute('aria-pressed', 'true');
    button.textContent = t.alert_on;
    if ('Notification' in self) await Notification.requestPermission();
});

// Being told by the browser while this page is closed. By mail it works with forms.
const push = one('#tell [aria-pressed]');
show(push.parentNode, data.push && 'PushManager' in self && 'serviceWorker' in navigator);
push.addEventListener('click', async () => {
    const wanted = push.getAttribute('aria-pressed') === 'false';
    let done = false;
    push.disabled = true;
    try {
        const body = wanted && JSON.stringify({ ...(await subscription()).toJSON(), locale: language });
        const answer = await fetch('/api/waiting-room/places/' + place().id + '/turn-notices/push', {
            method: wanted ? 'PUT' : 'DELETE',
            headers: { 'Onsale-Client': 'web', 'Content-Type': 'application/json' },
            ...(wanted && { body }),
        });
        done = answer.ok;
    } catch {
        done = false;
    }
    push.disabled = false;
    if (done) push.setAttribute('aria-pressed', wanted);
    push.textContent = done ? (wanted ? t.push_on : t.push) : t.push_cannot;
});

async function subscription() {
    if ((await Notification.requestPermission()) !== 'granted') throw 0;
    await navigator.serviceWorker.register('/service-worker.js');
    const { pushManager } = await navigator.serviceWorker.ready;
    return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: data.push });
}

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
        if (!news || room().cycle || Date.now() - askedAt > 60000) {
            askedAt = Date.now();
            await ask();
        }
        later();
    }, wait);
}
let [lineAt, askedAt] = [0, Date.now()];

// The draw: whoever has the seed knows the number, so nobody needs to ask for it.
let checked = '';
async function drawn() {
    const { seed, lobby_count: count, seed_commitment: commitment } = room();
    const { ordinal, number } = place();
    if (ordinal === undefined) return (check = '');
    if (!seed) return (check = t.check_later);
    if (room().cycle) {
        if (number === null) data.place = await get('/place');
        return;
    }
    if (!globalThis.crypto?.subtle) return (check = t.check_cannot);
    if (checked === ordinal + ' ' + number) return;
    const bytes = fromHex(seed);
    const mine = await numberOf(bytes, count, ordinal);
    const good = (await commitmentOf(bytes)) === commitment && (number ?? mine) === mine;
    if (number === null && data.place) data.place.number = mine;
    checked = ordinal + ' ' + mine;
    check = good
        ? ordinal < count
            ? fill(t.check_ok, { ordinal, count, number: mine })
            : t.check_late
        : t.check_bad;
}

// Joining, and the puzzle in front of it when very many do.

function solve({ token, ...puzzle }) {
    const note = one('#proof');
    show(note, true);
    return new Promise((solved) => {
        const worker = new Worker(data.proof);
        const end = (number) => {
            worker.terminate();
            show(note, false);
            solved(number === undefined ? '' : token + '.' + number);
        };
        worker.onmessage = ({ data: { part, number } }) => {
            if (part === undefined) end(number);
            else note.querySelector('progress').value = part;
        };
        worker.onerror = () => end();
        worker.postMessage(puzzle);
    }).catch(() => '');
}

let proof = '';
let solutions = 0;

let code, lane;
let joining;
async function join() {
    clearTimeout(joining);
    for (const button of all('[data-join] button')) button.disabled = true;
    let wait = 3;
    try {
        const headers = { 'Onsale-Client': 'web', 'Content-Type': 'application/json' };
        if (proof) headers['Onsale-Proof'] = proof;
        const answer = await fetch('/api/events/' + event + '/waiting-room/places', {
            method: 'POST',
            headers,
            body: JSON.stringify({ code, lane }),
        });
        proof = '';
        const no = answer.status === 403 || answer.status === 429 ? await answer.json() : {};
        const { challenge } = no;
        // The page itself says why, and with which code one may complain.
        if (no.code) return location.reload();
        const [refused] = /(account|invitation)-\w+$/.exec(no.type) ?? [];
        if (refused) return location.replace('?refused=' + refused);
        if (challenge && solutions++ < 3) proof = await solve(challenge);
        if (proof) return join();
        solutions = 0;
        // Who cannot solve it waits; a cookie knows since when.
        wait = challenge?.slow.wait_seconds ?? 0;
        if (!challenge) wait = answer.ok ? 0 : Number(answer.headers.get('retry-after'));
        if (answer.ok) data.place = await answer.json();
        // What is possible now, the room itself says.
        if (!wait) await ask();
        if (answer.ok) channel?.postMessage({ type: 'changed', place: place().id });
    } catch {
        trouble = t.offline;
    }
    busyUntil = wait ? Date.now() + wait * between(1000, 2000) : 0;
    if (wait) joining = setTimeout(join, busyUntil - Date.now());
    else for (const button of all('[data-join] button')) button.disabled = false;
    show(one('#left'), false);
    render();
    later();
}

for (const form of all('[data-join]')) {
    form.addEventListener('submit', (submit) => {
        submit.preventDefault();
        code = form.elements.code?.value;
        if (form.elements.lane) lane = +form.elements.lane.value;
        void join();
    });
}

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
            Object.assign(data.place, { state: 'offered', until: new Date(message.until_ms).toISOString() });
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

// Whoever is held back learns what the organiser made of it.
if (data.held)
    setInterval(
        async () => {
            const answer = await fetch('/api/events/' + event + '/appeals/' + data.held).catch(() => ({}));
            if (answer.ok && (await answer.json()).status !== 'open') location.reload();
        },
        between(20000, 30000),
    );

// The choice of a language goes along to the other screens, and comes from there.
const asked = new URLSearchParams(location.search).get('lang');
try {
    const chosen = localStorage.getItem('onsale.locale');
    if (/^(en|de|fr)$/.test(asked)) localStorage.setItem('onsale.locale', asked);
    else if (!asked && /^(en|de|fr)$/.test(chosen) && chosen !== data.lang)
        location.replace('?lang=' + chosen);
} catch {
    document.documentElement.dataset.storage = 'none';
}

one('#trouble').dataset.server = one('#trouble').textContent;
addEventListener('online', () => ask());
document.addEventListener('visibilitychange', () => {
    if (!document.hidden && Date.now() - lineAt > 5000) void ask();
});
void drawn().then(render);
render();
later();
