import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

/** The running system that `npm run dev` stands in front of. */
const api = process.env['ONSALE_API'] ?? 'http://127.0.0.1:24000';

export default defineConfig({
    plugins: [sveltekit()],
    // Private fields as they are: smaller than their translation.
    build: { target: 'es2022' },
    server: {
        host: '127.0.0.1',
        proxy: { '/api': api, '^/events/[^/]+/waiting-room': api },
    },
    test: {
        // The browser tests share one system.
        fileParallelism: false,
        projects: [
            {
                extends: true,
                test: { name: 'unit', include: ['src/**/*.test.ts', 'waiting-room/**/*.test.ts'] },
            },
            {
                extends: true,
                test: {
                    name: 'browser',
                    include: ['tests/**/*.test.ts'],
                    testTimeout: 60_000,
                    hookTimeout: 60_000,
                },
            },
        ],
    },
});
