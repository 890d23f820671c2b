import { buy } from '$lib/i18n/fan/buy';

export const load = () => buy.load();
