// Checks what a fan's browser has to load until seats can be chosen, from the build that is there: the shell and the
// pages on the way, with everything they import, in the largest of the languages. Silent when it is little enough.

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const KILOBYTE = 1000;
/** What the way weighs now; it may only shrink. The aim is 60. */
const LIMIT_KB = 86;
/** The routes on the way; layouts in between count as well. */
const WAY = ['', 'events/[event]/', 'events/[event]/seats/'];

const kit = new URL('../.svelte-kit/', import.meta.url).pathname;
const built = new URL('../build/', import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(join(kit, 'output/client/.vite/manifest.json'), 'utf8'));

/** The page or layout that a node of the router shows, as `events/[event]/+page.svelte`. */
function shownBy(node) {
    const source = readFileSync(join(kit, '..', node), 'utf8');
    const shown = /src\/routes\/(.*\+(?:page|layout)\.svelte)/.exec(source)?.[1] ?? '';
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

/** Everything that is loaded when these are. */
function closure(keys, language) {
    const seen = new Set();
    const left = [...keys];
    while (left.length > 0) {
        const key = left.pop();
        if (seen.has(key)) continue;
        seen.add(key);
        const { imports = [], dynamicImports = [] } = manifest[key];
        left.push(...imports, ...dynamicImports.filter((text) => text.endsWith(`/${language}.ts`)));
    }
    return [...seen].map((key) => manifest[key].file).filter((file) => file.endsWith('.js'));
}

const sizes = ['en', 'de', 'fr'].map((language) => {
    const files = closure([...entries, ...onTheWay], language);
    const loaded = files.map((file) => ({ file, bytes: statSync(join(built, `${file}.br`)).size }));
    const bytes = loaded.reduce((sum, { bytes }) => sum + bytes, 0);
    return { language, loaded, kilobytes: bytes / KILOBYTE };
});
const largest = sizes.reduce((a, b) => (b.kilobytes > a.kilobytes ? b : a));
const verdict = `${largest.kilobytes.toFixed(1)} kB of JavaScript (brotli) until the first seat; at most ${LIMIT_KB} are allowed`;

if (process.argv.includes('--verbose') || largest.kilobytes > LIMIT_KB) {
    console.log(verdict);
    for (const { file, bytes } of largest.loaded.sort((a, b) => b.bytes - a.bytes)) {
        console.log(`${String(bytes).padStart(8)} ${file}`);
    }
}
if (largest.kilobytes > LIMIT_KB) process.exitCode = 1;
