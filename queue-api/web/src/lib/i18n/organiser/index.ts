/** Texts of the organiser's screens. */

import { Catalogue } from '../locale.svelte';

export const organiser = new Catalogue({
    en: () => import('./en'),
    de: () => import('./de'),
    fr: () => import('./fr'),
});
