/** Texts of the waiting list of an event that is sold out. */

import { Catalogue } from '../../locale.svelte';

export const waitingList = new Catalogue({
    en: () => import('./en'),
    de: () => import('./de'),
    fr: () => import('./fr'),
});
