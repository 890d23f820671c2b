import { seatTexts } from '$lib/i18n/seats';

export async function load({ params }) {
    await seatTexts.load();
    return { event: params.event };
}
