/** What the page says of the line, by its scripts as they stand. */

import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import texts from './messages/en.json';

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const source = ['words.js', 'line.js'].map((name) => read(`./${name}`)).join('\n');

interface Line {
    data: { room: Record<string, unknown>; place: Record<string, unknown> };
    screen: () => string;
    waitWords: () => string;
    oddsWords: () => string;
    about: (n: number) => string;
    explain: () => void;
    why: () => string;
}

/** The scripts on a page of this room and this place. */
function line(room: object, place: object = {}): Line {
    const data = { event: 'e', t: texts.live, now: Date.now(), room, place };
    const document = {
        getElementById: () => ({ textContent: JSON.stringify(data) }),
        documentElement: { lang: 'en' },
    };
    const names = 'data, screen, waitWords, oddsWords, about, explain, why: () => why';
    return new Function('document', `${source}\nreturn { ${names} };`)(document) as Line;
}

afterEach(() => void vi.useRealTimers());

test('the wait is a range around the measured pace', () => {
    const at = (number: number, admitted_last_minute: number) =>
        line({ serving: 0, admitted_last_minute }, { number }).waitWords();
    expect(at(1000, 500)).toBe('Wait: about 2 min to 4 min');
    expect(at(5, 500)).toBe(texts.live.wait_soon);
    expect(at(5, 0)).toBe(texts.live.wait_unknown);
});

test('why the wait moved is said, and not at every wobble', () => {
    vi.useFakeTimers({ now: 1_000_000 });
    const page = line({ phase: 'open', admitted_last_minute: 60 });
    const say = (change: object, afterMs: number) => {
        vi.setSystemTime(Date.now() + afterMs);
        Object.assign(page.data.room, change);
        page.explain();
        return page.why();
    };
    expect(say({ admitted_last_minute: 66 }, 1000)).toBe('');
    expect(say({ admitted_last_minute: 120 }, 1000)).toContain('faster now: 120 people');
    expect(say({ admitted_last_minute: 40 }, 1000)).toContain('faster');
    expect(say({ admitted_last_minute: 40 }, 31_000)).toContain('slower now: 40 people');
    expect(say({ phase: 'paused' }, 1000)).toBe('');
    expect(say({ phase: 'open' }, 1000)).toBe(texts.live.resumed);
});

test('the odds are the stock against those ahead', () => {
    // The same cases as in odds.rs.
    const cases = [
        [1201, 280, 20, 'likely'],
        [1200, 280, 20, 'uncertain'],
        [281, 280, 20, 'uncertain'],
        [280, 280, 20, 'unlikely'],
        [1, 0, 0, 'likely'],
        [4, 0, 1, 'uncertain'],
    ] as const;
    for (const [available, number, shopping, odds] of cases) {
        const room = { serving: 0, available, shopping, tickets_per_person: 4 };
        expect(line(room, { number }).oddsWords()).toContain(texts.live[`odds_${odds}`]);
    }
    const room = { serving: 5, available: 1234, shopping: 0, tickets_per_person: 4 };
    expect(line(room, { number: 350 }).oddsWords()).toMatch(
        /^About 1,200 tickets are left, about 350 people are ahead of you, who may buy up to 4 each\. It may/,
    );
    expect(line({ ...room, available: 0 }, { number: 9 }).oddsWords()).toBe('');
    expect([99, 104, 1249, 1250, 98_765].map(line({}).about)).toEqual([
        '99',
        '100',
        '1,200',
        '1,300',
        '99,000',
    ]);
});

test('in the grace one is asked whether one is there', () => {
    const offer = (inMs: number) => {
        const grace_from = new Date(Date.now() + inMs).toISOString();
        return line({ phase: 'open' }, { state: 'offered', grace_from }).screen();
    };
    expect([offer(5000), offer(-1)]).toEqual(['turn', 'still']);
    expect(line({ phase: 'open' }, { state: 'offered' }).screen()).toBe('turn');
});
