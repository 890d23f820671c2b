/** Texts of the door. */

import { Catalogue } from '../locale.svelte';

export const door = new Catalogue({
    en: () => import('./en'),
    de: () => import('./de'),
    fr: () => import('./fr'),
});
