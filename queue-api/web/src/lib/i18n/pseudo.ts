/** Pseudo-locales: what they change shows texts that are not in a catalogue, and layouts that have no room. */

const ACCENTS: Record<string, string> = {
    a: 'å',
    c: 'ç',
    e: 'é',
    i: 'î',
    n: 'ñ',
    o: 'ö',
    s: 'š',
    u: 'û',
    y: 'ý',
    A: 'Å',
    E: 'É',
    O: 'Ö',
    S: 'Š',
};

/** A text a third longer, accented and in brackets. */
export function lengthen(text: string): string {
    const accented = text.replace(/[aceinosuyAEOS]/g, (letter) => ACCENTS[letter] ?? letter);
    return `[${accented}${'·'.repeat(Math.ceil(text.length / 3))}]`;
}

/** The catalogue with every text lengthened, those that functions make too. */
export function pseudo<Texts>(texts: Texts): Texts {
    if (typeof texts === 'string') return lengthen(texts) as Texts;
    if (typeof texts === 'function') {
        return ((...values: unknown[]) =>
            pseudo((texts as (...v: unknown[]) => unknown)(...values))) as Texts;
    }
    if (Array.isArray(texts)) return texts.map(pseudo) as Texts;
    if (typeof texts === 'object' && texts !== null) {
        return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, pseudo(text)])) as Texts;
    }
    return texts;
}

/** What `<html>` says of a language. */
export function markupOf(locale: string): { lang: string; dir: 'ltr' | 'rtl' } {
    return { lang: locale, dir: locale === 'ar-XB' ? 'rtl' : 'ltr' };
}
