/** What a fan sees of an event that the organiser has changed while its seats were being chosen. */

import { money } from '$lib/i18n/format';
import { seatTexts } from '$lib/i18n/seats';
import { takeNews } from '$lib/seat-map/fresh';
import { toasts } from '$lib/ui/toasts.svelte';
import type { Choice } from './choice.svelte';
import { findHold } from './holds';

/** Takes it over, and says so when it costs something else; false: there was nothing new. */
export async function follow(choice: Choice): Promise<boolean> {
    const [count, cost] = [choice.count, costOf(choice)];
    if (!(await takeOver(choice))) return false;
    const now = costOf(choice);
    if (choice.event && count > 0 && choice.count === count && now !== cost)
        toasts.show(seatTexts.t.priceChanged(money(now, choice.event.currency)));
    return true;
}

async function takeOver(choice: Choice): Promise<boolean> {
    const news = await takeNews(choice);
    if (news === 'none') return false;
    if (news === 'other') {
        // Nothing of what was chosen is there any more.
        choice.chosen = new Set();
        choice.standing = new Map();
        await choice.load();
        return true;
    }
    if (choice.event?.status !== 'published') choice.gate = 'over';
    // What is held gets its price when it is paid for.
    if (choice.hold) choice.hold = (await findHold(choice.id)) ?? choice.hold;
    return true;
}

function costOf({ hold, totalMinor }: Choice): number {
    return hold?.total.amount_minor ?? totalMinor;
}
