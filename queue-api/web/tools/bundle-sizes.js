// Checks what a fan's browser has to load, from the build that is there: the shell and the pages on the way with
// everything they import, in the largest of the languages; until a first seat can be had (Onsale chooses the best ones),
// and with the map on which one chooses by oneself, which is loaded after that. Silent when it is little enough.

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const KILOBYTE = 1000;
/** A kilobyte more than it weighs, in kB; it may only shrink. Until the first seat it must stay below 60. */
const LIMITS = { 'until the first seat': 58, 'with the map': 74 };
/** The routes on the way; layouts in between count as well. */
const WAY = ['', 'events/[event]/', 'events/[event]/seats/'];

const kit = new URL('../.svelte-kit/', import.meta.url).pathname;
const built = new URL('../build/', import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(join(kit, 'output/client/.vite/manifest.json'), 'utf8'));

/** The page or layout that a node of the router shows, as `events/[event]/+page.svelte`. */
function shownBy(node) {
    const source = readFileSync(join(kit, '..', node), 'utf8');
    const shown = /src\/routes\/(.*\+(?:page|layout|error)\.svelte)/.exec(source)?.[1] ?? '';
    return shown.replace(/\([^)]*\)\//g, '');
}

const nodes = Object.keys(manifest).filter((key) => key.includes('client-optimized/nodes/'));
const onTheWay = nodes.filter((node) => {
    const shown = shownBy(node);
    const folder = shown.slice(0, shown.lastIndexOf('+'));
    return shown !== '' && WAY.includes(folder);
});
const entries = Object.keys(manifest).filter(
    (key) => /\/(entry|app)\.js$/.test(key) && manifest[key].isEntry,
);

/** Everything that is loaded when these are; of what is imported later only the texts in the language. */
function closure(keys, language) {
    const seen = new Set();
    const left = [...keys];
    while (left.length > 0) {
        const key = left.pop();
        if (seen.has(key)) continue;
        seen.add(key);
        const { imports = [], dynamicImports = [] } = manifest[key];
        left.push(
            ...imports,
            ...dynamicImports.filter((later) => manifest[later].name === `texts-${language}`),
        );
    }
    return [...seen].map((key) => manifest[key].file).filter((file) => file.endsWith('.js'));
}

function weigh(keys, language) {
    const loaded = closure(keys, language).map((file) => ({
        file,
        bytes: statSync(join(built, `${file}.br`)).size,
    }));
    return { loaded, kilobytes: loaded.reduce((sum, { bytes }) => sum + bytes, 0) / KILOBYTE };
}

function largest(keys) {
    return ['en', 'de', 'fr']
        .map((language) => weigh(keys, language))
        .reduce((a, b) => (b.kilobytes > a.kilobytes ? b : a));
}

const firstSeat = [...entries, ...onTheWay];
const map = Object.keys(manifest).filter((key) => manifest[key].name === 'map');
const ways = { 'until the first seat': firstSeat, 'with the map': [...firstSeat, ...map] };
if (onTheWay.length < 5 || map.length !== 1)
    throw new Error('The build is not as it was: look at this tool again.');

for (const [way, keys] of Object.entries(ways)) {
    const { kilobytes, loaded } = largest(keys);
    const tooMuch = kilobytes > LIMITS[way];
    if (tooMuch) process.exitCode = 1;
    if (!tooMuch && !process.argv.includes('--verbose')) continue;
    console.log(
        `${kilobytes.toFixed(1)} kB of JavaScript (brotli) ${way}; at most ${LIMITS[way]} are allowed`,
    );
    for (const { file, bytes } of loaded.sort((a, b) => b.bytes - a.bytes)) {
        console.log(`${String(bytes).padStart(8)} ${file}`);
    }
}
