/** The language of the screens, and the loading of the texts in it. */

import { markupOf, pseudo } from './pseudo';

export const LOCALES = ['en', 'de', 'fr'] as const;
export type Locale = (typeof LOCALES)[number];
/** For tests: longer, accented English; and the same from right to left. */
type PseudoLocale = 'en-XA' | 'ar-XB';

const KEY = 'onsale.locale';

export function isLocale(text: unknown): text is Locale {
    return LOCALES.includes(text as Locale);
}

function isPseudo(text: unknown): text is PseudoLocale {
    return text === 'en-XA' || text === 'ar-XB';
}

/** What was asked for in the address (`?lang=`), chosen before, or what the browser prefers. */
export function preferredLocale(): Locale | PseudoLocale {
    const asked = new URLSearchParams(location.search).get('lang');
    if (isLocale(asked) || isPseudo(asked)) return asked;
    const chosen = localStorage.getItem(KEY);
    if (isLocale(chosen) || isPseudo(chosen)) return chosen;
    const known = navigator.languages.map((language) => language.slice(0, 2).toLowerCase()).find(isLocale);
    return known ?? 'en';
}

type Loaders<Texts> = Record<Locale, () => Promise<{ default: Texts }>>;

// Known before anything is loaded: a page loads its texts at the same time as the shell.
let current = $state<Locale | PseudoLocale>(typeof location === 'undefined' ? 'en' : preferredLocale());
const catalogues = new Set<Catalogue<unknown>>();

/** The language in use, for `Intl`. */
export function locale(): string {
    return current;
}

/** Changes the language of everything that is loaded, then shows it at once. */
export async function setLocale(next: Locale | PseudoLocale): Promise<void> {
    // Some may be loaded for the first time meanwhile.
    const missing = () => [...catalogues].filter((catalogue) => !catalogue.has(next));
    while (missing().length > 0) await Promise.all(missing().map((catalogue) => catalogue.fetch(next)));
    current = next;
    if (new URLSearchParams(location.search).get('lang') === null) localStorage.setItem(KEY, next);
    Object.assign(document.documentElement, markupOf(next));
}

/** The texts of one part of the application. `load()` before they are read as `texts.t`. */
export class Catalogue<Texts> {
    #loaders: Loaders<Texts>;
    #loaded = $state.raw<Partial<Record<string, Texts>>>({});

    constructor(loaders: Loaders<Texts>) {
        this.#loaders = loaders;
    }

    async load(): Promise<void> {
        catalogues.add(this as Catalogue<unknown>);
        await this.fetch(current);
    }

    has(wanted: Locale | PseudoLocale): boolean {
        return this.#loaded[wanted] !== undefined;
    }

    async fetch(wanted: Locale | PseudoLocale): Promise<void> {
        if (this.#loaded[wanted]) return;
        const texts = isPseudo(wanted)
            ? pseudo((await this.#loaders.en()).default)
            : (await this.#loaders[wanted]()).default;
        this.#loaded = { ...this.#loaded, [wanted]: texts };
    }

    get t(): Texts {
        const texts = this.#loaded[current];
        if (!texts) throw new Error('These texts are read before they are loaded.');
        return texts;
    }
}
