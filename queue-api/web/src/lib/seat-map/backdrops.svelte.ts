/** The decoration of a map, loaded apart from everything that does without. */

import type { Backdrop } from './backdrop';
import type { Background } from './document';

/** Makes it for the light or the dark; nothing before it is there. To be called where effects can be. */
export function backdrops(background: () => Background | null | undefined) {
    let make = $state.raw<(dark: boolean) => Backdrop>();
    // Painting makes another document of the same drawing.
    const wanted = $derived(JSON.stringify(background() ?? null));
    $effect(() => {
        const from = JSON.parse(wanted) as Background | null;
        let gone = false;
        make = undefined;
        if (from)
            void import('./backdrop')
                .then(({ loadBackdrop }) => loadBackdrop(from))
                .then((made) => !gone && (make = made));
        return () => (gone = true);
    });
    return {
        get make() {
            return make;
        },
    };
}
