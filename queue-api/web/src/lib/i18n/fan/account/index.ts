/** Texts of signing in, registering and the account. */

import { Catalogue } from '../../locale.svelte';

export const account = new Catalogue({
    en: () => import('./en'),
    de: () => import('./de'),
    fr: () => import('./fr'),
});
