import adapter from '@sveltejs/adapter-static';

/** @type {import('@sveltejs/kit').Config} */
export default {
    compilerOptions: { runes: true },
    kit: {
        // One page for every address: queue-api answers with it, and the router takes over.
        adapter: adapter({ fallback: 'index.html', precompress: true }),
        // Registered by the pages that need it, not on everybody's first visit.
        serviceWorker: { register: false },
    },
};
