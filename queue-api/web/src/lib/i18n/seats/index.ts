/** Texts of seat maps and of choosing seats. */

import { Catalogue } from '../locale.svelte';

export const seatTexts = new Catalogue({
    en: () => import('./en'),
    de: () => import('./de'),
    fr: () => import('./fr'),
});
