import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';

import adapter from '@sveltejs/adapter-static';

/** What this build is made of, as a hash: the same source makes the same build, byte by byte, whenever it is made. */
function version() {
    const folder = new URL('./src/', import.meta.url);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => `${entry.parentPath}/${entry.name}`)
        .sort();
    const hash = createHash('sha256').update(readFileSync(new URL('./package-lock.json', import.meta.url)));
    for (const file of files) hash.update(readFileSync(file));
    return hash.digest('hex').slice(0, 13);
}

/** @type {import('@sveltejs/kit').Config} */
export default {
    compilerOptions: {
        runes: true,
        // Short names of scoped styles: each is random letters, which do not compress.
        cssHash: ({ css, hash }) => `s${hash(css).slice(0, 5)}`,
    },
    kit: {
        // One page for every address: queue-api answers with it, and the router takes over.
        adapter: adapter({ fallback: 'index.html', precompress: true }),
        // Registered by the pages that need it, not on everybody's first visit.
        serviceWorker: { register: false },
        version: { name: version() },
    },
};
