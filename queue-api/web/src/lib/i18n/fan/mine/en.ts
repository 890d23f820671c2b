import { plural } from '../../plural';

const texts = {
    tickets: 'My tickets',
    bookings: 'My bookings',
    upcoming: 'Coming up',
    past: 'Over or cancelled',
    none: 'No tickets yet',
    noneText: 'Tickets you buy appear here, and work without a network once you have opened them.',
    find: 'Find an event',
    signIn: 'Sign in',
    signInText:
        'Sign in to see your tickets. Bought as a guest? Open the link in your e-mail on this device.',
    offlineAsOf: (time: string) => `Offline, as of ${time}`,
    offlineNone: 'You are offline, and your tickets have not been opened on this device yet.',
    state: { valid: 'Valid', used: 'Used', cancelled: 'Cancelled', transferred: 'Passed on' },
    usedAt: (time: string) => `Used ${time}`,
    show: 'Show the QR code',
    qr: (label: string) => `QR code of the ticket for ${label}`,
    hint: 'Hold this to the scanner. Turn up the brightness of your screen.',
    holder: 'Holder',
    place: 'Place',
    tier: 'Price group',
    of: (at: number, all: number) => `Ticket ${at} of ${all}`,
    next: 'Next ticket',
    previous: 'Previous ticket',
    pdf: 'Print (PDF)',
    calendar: 'Add to calendar',
    booking: 'To the booking',
    justUsed: 'Admitted. Enjoy!',
    usedText: 'This ticket has let somebody in.',
    cancelledText: 'This ticket was cancelled and lets nobody in.',
    transferredText: 'This ticket was passed on and lets nobody in.',
    qrMissing: 'The QR code could not be loaded.',
    count: (count: number) => plural('en', count, { one: '# ticket', other: '# tickets' }),
    more: 'Show more',
    noBookings: 'No bookings yet',
    status: {
        processing: 'In progress',
        confirmed: 'Confirmed',
        rejected: 'Rejected',
        cancelled: 'Cancelled',
        refunded: 'Refunded',
    },
    on: (when: string) => `Booked ${when}`,
};

export default texts;
export type Texts = typeof texts;
