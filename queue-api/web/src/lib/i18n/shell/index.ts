/** Texts of what is around every screen. */

import { Catalogue } from '../locale.svelte';

export const shell = new Catalogue({
    en: () => import('./en'),
    de: () => import('./de'),
    fr: () => import('./fr'),
});
