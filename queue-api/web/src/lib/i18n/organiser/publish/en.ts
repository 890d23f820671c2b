const texts = {
    title: 'Publish',
    ready: 'Everything is there.',
    readyHint: 'Once published, fans see the event. Opening time, currency and kind of sale are then fixed.',
    missing: 'Still missing:',
    items: {
        start_in_the_past: 'The beginning lies in the past',
        no_price: 'At least one price',
        no_seat_map: 'A seat map',
        every_seat_blocked: 'At least one seat that is for sale',
        tier_without_price: 'A price for every colour of the seat map',
    } as Record<string, string>,
    saveFirst: 'Save your changes first.',
    button: 'Publish the event',
    done: 'The event is published.',
    deleteDraft: 'Delete the draft',
    deleteSure: 'Delete this draft for good?',
    deleteHint: 'Its seat map and prices go with it. This cannot be undone.',
    cancelEvent: 'Call the event off',
    cancelTitle: 'Call the event off?',
    cancelHint:
        'Every booking is cancelled, every fan gets the money back and a mail. This cannot be undone.',
    cancelType: (title: string) => `Type “${title}” to confirm`,
    cancelDone: 'The event is called off. Refunds are on their way.',
    cancelledNotice: 'This event was called off. Every booking is cancelled and refunded.',
    dangerTitle: 'No way back',
};

export default texts;
export type Texts = typeof texts;
