// What is seen: the screen, its texts, the title, and what a screen reader says.

function texts(shown) {
    const { opens_at, lobby_opens_at, joined, serving, available } = room();
    const { until, grace_from, number, ordinal } = place();
    const n = ahead();
    const out = {
        here: joined ? counted('here', joined) : '',
        check,
        ordinal: ordinal ?? '–',
        drawn: number ?? '–',
    };
    if (opens_at) Object.assign(out, { opensIn: countdown(opens_at), lobbyIn: countdown(lobby_opens_at) });
    if (until) out.untilIn = countdown((shown === 'turn' && grace_from) || until);
    if (shown === 'line') {
        out.ahead = n ? num(n) : '';
        out.aheadWords = n ? counted('ahead', n) : t.ahead_none;
        out.number = fill(t.number, { n: num(number + 1) });
        out.called = serving ? fill(t.called, { n: num(serving) }) : t.called_none;
        out.wait = waitWords();
        out.updated = fill(t.updated, { time: clockTime.format(heardAt) });
        out.why = why;
        out.odds = oddsWords();
    }
    if (Number.isInteger(available)) out.stock = available ? counted('stock', available) : t.stock_none;
    if (shown === 'closed') out.stock = '';
    if (room().seed_commitment) out.commitment = room().seed_commitment;
    if (room().seed) Object.assign(out, { seed: room().seed, count: room().lobby_count });
    return out;
}

let last = '';
function render() {
    const shown = screen();
    for (const section of all('section')) show(section, section.id === shown);
    const { phase, available, pause_reason: reason } = room();
    const lobby = phase === 'scheduled' || phase === 'lobby';
    const gone = data.cancelled ? 'cancelled' : available === 0 ? 'sold_out' : 'closed';
    const waiting = shown === 'lobby' || shown === 'line';
    const when = {
        before: /soon|join|over/.test(shown),
        lobby,
        open: !lobby,
        waiting,
        leave: waiting || /turn|still|shopping/.test(shown),
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
    const words = {
        line: num(ahead()) + ' ' + t.in_line,
        lobby: countdown(room().opens_at),
        turn: t.turn,
        still: t.still,
    };
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const flash =
        (shown === 'turn' || shown === 'still') && !still && Math.floor(Date.now() / 1000) % 2 ? '● ' : '';
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
    if (shown === 'turn' || shown === 'still') return called(first, t[shown]);
    one('#loud').textContent = '';
    if (!first) one('#polite').textContent = one('#' + shown + ' h2')?.textContent ?? '';
}
