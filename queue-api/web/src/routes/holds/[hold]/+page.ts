import { account } from '$lib/i18n/fan/account';
import { buy } from '$lib/i18n/fan/buy';

export async function load() {
    await Promise.all([buy.load(), account.load()]);
}
