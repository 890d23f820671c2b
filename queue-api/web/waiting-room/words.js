// What every part of the page works with: the state it began with, its texts, numbers, times and elements.

const data = JSON.parse(document.getElementById('data').textContent);
const { event, t } = data;
const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const language = document.documentElement.lang;
const numbers = new Intl.NumberFormat(language);
const plurals = new Intl.PluralRules(language);
const clockTime = new Intl.DateTimeFormat(language, { timeStyle: 'medium', hourCycle: 'h23' });

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

function show(element, shown) {
    if (element && element.hidden === shown) element.hidden = !shown;
}

function note(id, text) {
    const element = one(id);
    show(element, Boolean(text));
    if (text && element.textContent !== text) element.textContent = text;
}
