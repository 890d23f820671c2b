import { organiser } from '$lib/i18n/organiser';
import { seatTexts } from '$lib/i18n/seats';

export async function load() {
    await Promise.all([organiser.load(), seatTexts.load()]);
}
