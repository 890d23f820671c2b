/** Texts of buying: checkout and what becomes of a booking. */

import { Catalogue } from '../../locale.svelte';

export const buy = new Catalogue({
    en: () => import('./en'),
    de: () => import('./de'),
    fr: () => import('./fr'),
});
