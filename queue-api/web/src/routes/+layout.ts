import { problems } from '$lib/i18n/problems';
import { preferredLocale, setLocale } from '$lib/i18n/locale.svelte';
import { shell } from '$lib/i18n/shell';

export const ssr = false;
export const prerender = false;

export async function load() {
    await setLocale(preferredLocale());
    await Promise.all([shell.load(), problems.load()]);
}
