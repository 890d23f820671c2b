import { browse } from '$lib/i18n/fan/browse';

export const load = () => browse.load();
