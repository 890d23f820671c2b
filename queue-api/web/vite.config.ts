import { sveltekit } from '@sveltejs/kit/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { fanChunks } from './tools/fan-chunks';

/** The running system that `npm run dev` stands in front of. */
const api = process.env['ONSALE_API'] ?? 'http://127.0.0.1:24000';

/** SvelteKit hides its announcer by an inline style, which the content security policy forbids: a class does it too. */
const announcer: Plugin = {
    name: 'onsale-announcer',
    enforce: 'pre',
    transform(code, id) {
        if (!id.endsWith('/generated/root.svelte')) return undefined;
        const styled = /(id="svelte-announcer"[^>]*) style="[^"]*"/;
        if (!styled.test(code)) this.error('The announcer is not as it was: look at its style again.');
        return code.replace(styled, '$1 class="visually-hidden"');
    },
};

/** Files that are shared are made for fans, who load them first and most, and made as small as can be. */
const small: Plugin = {
    name: 'onsale-small',
    config: (_, { isSsrBuild }) =>
        isSsrBuild
            ? {}
            : {
                  build: {
                      minify: 'terser',
                      terserOptions: { ecma: 2020, module: true, compress: { passes: 2 } },
                      rollupOptions: { output: { manualChunks: fanChunks() } },
                  },
              },
};

/** Tests that use browsers and a running system, perhaps on a slow machine. */
const PATIENT = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
    plugins: [announcer, small, sveltekit()],
    // Private fields as they are: smaller than their translation.
    build: { target: 'es2022' },
    server: {
        host: '127.0.0.1',
        proxy: { '/api': api, '^/events/[^/]+/waiting-room': api },
    },
    test: {
        setupFiles: ['tests/support/web-crypto.ts'],
        // The browser tests share one system.
        fileParallelism: false,
        projects: [
            {
                extends: true,
                test: { name: 'unit', include: ['src/**/*.test.ts', 'waiting-room/**/*.test.ts'] },
            },
            {
                extends: true,
                // A second try is shown as one: it is for browsers that stumble, not for us to overlook a race.
                test: { name: 'browser', include: ['tests/**/*.test.ts'], retry: 1, ...PATIENT },
            },
            { extends: true, test: { name: 'screenshots', include: ['tests/screenshots.ts'], ...PATIENT } },
        ],
    },
});
