/** Texts of finding an event: home and event page. */

import { Catalogue } from '../../locale.svelte';

export const browse = new Catalogue({
    en: () => import('./en'),
    de: () => import('./de'),
    fr: () => import('./fr'),
});
