/**
 * Which modules share a file. Left alone, the bundler makes dozens of small ones of what pages have in common, and each
 * is compressed by itself; what a fan loads together is put together here, found by what imports what.
 */

import type { GetModuleInfo, ManualChunkMeta } from 'rollup';

/** In the order in which a fan comes by; what two of them need is in the first. */
const GROUPS: [name: string, entries: RegExp][] = [
    [
        'shell',
        /client\/entry\.js$|client-optimized\/app\.js$|routes\/\+(layout|error)\.(svelte|ts)$|i18n\/plural\.ts$/,
    ],
    ['browse', /routes\/(events\/\[event\]\/)?\+page\.(svelte|ts)$/],
    ['seats', /routes\/events\/\[event\]\/seats\/\+page\.(svelte|ts)$/],
    ['map', /seats\/(Pick|Basket)\.svelte$/],
];

/** Texts that every fan needs, by language. */
const TEXTS = /\/i18n\/(?:shell|problems|fan\/browse|seats)\/(en|de|fr)\.ts$/;

/** What organisers share is one file: each file there is, fans' browsers know by name. */
const ORGANISER = /\/lib\/organiser\//;

function reached(from: string[], getModuleInfo: GetModuleInfo): Set<string> {
    const seen = new Set<string>();
    const left = [...from];
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
        if (seen.has(id)) continue;
        seen.add(id);
        left.push(...(getModuleInfo(id)?.importedIds ?? []));
    }
    return seen;
}

function assign({ getModuleIds, getModuleInfo }: ManualChunkMeta): Map<string, string> {
    const chunks = new Map<string, string>();
    const ids = [...getModuleIds()].filter((id) => !getModuleInfo(id)?.isExternal);
    for (const [name, entries] of GROUPS) {
        const from = ids.filter((id) => entries.test(id));
        for (const id of reached(from, getModuleInfo)) chunks.set(id, chunks.has(id) ? 'shell' : name);
    }
    for (const id of ids) {
        const language = TEXTS.exec(id)?.[1];
        if (language) chunks.set(id, `texts-${language}`);
        else if (ORGANISER.test(id)) chunks.set(id, 'organiser');
    }
    return chunks;
}

/** For `output.manualChunks` of the browser's build. */
export function fanChunks() {
    let chunks: Map<string, string> | undefined;
    return (id: string, meta: ManualChunkMeta) => (chunks ??= assign(meta)).get(id);
}
