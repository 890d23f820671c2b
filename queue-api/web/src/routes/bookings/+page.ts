import { mine } from '$lib/i18n/fan/mine';

export const load = () => mine.load();
