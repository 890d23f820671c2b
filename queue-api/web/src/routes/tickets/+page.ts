import { preloadCode } from '$app/navigation';
import { mine } from '$lib/i18n/fan/mine';

export async function load() {
    // What a ticket is shown with is there before the network may go.
    await Promise.all([mine.load(), preloadCode('/tickets/one').catch(() => undefined)]);
}
