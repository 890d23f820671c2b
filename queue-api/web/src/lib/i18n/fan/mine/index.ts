/** Texts of what one has: bookings and tickets. */

import { Catalogue } from '../../locale.svelte';

export const mine = new Catalogue({
    en: () => import('./en'),
    de: () => import('./de'),
    fr: () => import('./fr'),
});
