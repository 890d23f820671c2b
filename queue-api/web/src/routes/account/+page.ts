import { account } from '$lib/i18n/fan/account';

export const load = () => account.load();
