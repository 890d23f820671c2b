import { plural } from '../../plural';

const n = (count: number, one: string, other: string) => plural('en', count, { one, other });

const texts = {
    title: 'Waiting list',
    intro: 'Tickets that come back are offered here in order of joining. Joining costs nothing and promises nothing.',
    open: 'Join the waiting list',
    quantity: 'How many tickets',
    tier: 'Which price',
    anyTier: 'Any price',
    tierOf: (name: string, price: string) => `${name}, ${price}`,
    together: 'Only side by side',
    togetherHint: 'It may take longer: then you get all of them in one row, or none.',
    email: 'E-mail address',
    emailHint: 'The offer is sent there. It is used for nothing else.',
    join: 'Join the list',
    on: 'You are on the waiting list',
    wants: (count: number, tier: string | undefined) =>
        n(count, '# ticket', '# tickets') + (tier ? ` · ${tier}` : ''),
    sideBySide: 'side by side',
    ahead: (count: number) =>
        count === 0
            ? 'Nobody is ahead of you for what you want.'
            : n(count, 'About # person is ahead of you.', 'About # people are ahead of you.'),
    onHint: 'We write to you as soon as it is your turn. You may close this page.',
    leave: 'Leave the list',
    offer: 'Your turn: tickets are held for you',
    offerLeft: 'Time left to pay',
    offerAnnounce: (time: string) => `${time} left to pay for your tickets`,
    take: 'Go to checkout',
    decline: 'I do not want them',
    lapsed: 'Your offer has run out',
    lapsedHint: 'The tickets went to the next person on the list. You may join again at the end.',
    declined: 'You gave the offer back. You may join again at the end.',
    served: 'The waiting list has served you. Enjoy the event!',
};

export default texts;
export type Texts = typeof texts;
