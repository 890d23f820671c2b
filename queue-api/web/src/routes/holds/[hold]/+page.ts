import { account } from '$lib/i18n/fan/account';
import { buy } from '$lib/i18n/fan/buy';

export const load = () => Promise.all([buy.load(), account.load()]);
