// What is known of the line, and what it means for this place.

const room = () => data.room ?? {};
const place = () => data.place ?? {};

// The same rules as screen.rs.
function screen() {
    const { phase } = room();
    const { state, number, grace_from } = place();
    if (data.cancelled) return 'closed';
    if (!phase) return 'away';
    if (state === 'offered' && phase !== 'closed') return Date.parse(grace_from) <= now() ? 'still' : 'turn';
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

// A number as one says it: two digits that count, from 100 on.
function about(n) {
    const unit = 10 ** (String(n).length - 2);
    return num(n < 100 ? n : Math.round(n / unit) * unit);
}

// Whether it will be enough, by the same rules as odds.rs and prospect.rs.
function oddsWords() {
    const { available, shopping, tickets_per_person: most } = room();
    if (!available) return '';
    const people = before();
    const gaps = { tickets: about(available), ahead: about(people), most };
    const facts = available > 1 && people > 1 ? fill(t.odds_facts, gaps) + ' ' : '';
    if (available <= people) return facts + t.odds_unlikely;
    return facts + (available > (people + shopping) * most ? t.odds_likely : t.odds_uncertain);
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
