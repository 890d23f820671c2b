import { plural } from '../plural';

const texts = {
    title: 'Choose your seats',
    titleAreas: 'Choose your tickets',
    back: 'Back to the event',

    // The map.
    mapLabel: (event: string) => `Seat map of ${event}`,
    mapHelp:
        'Arrow keys move from seat to seat, Enter picks, plus and minus zoom, 0 shows everything, Escape leaves the map. The list has the same seats.',
    zoomIn: 'Closer',
    zoomOut: 'Farther',
    zoomFit: 'Show everything',
    asMap: 'Map',
    asList: 'List',
    view: 'Show seats as',
    from: (price: string) => `from ${price}`,
    soldOutShort: 'sold out',

    // A seat in words.
    /** Tables and boxes have no row. */
    seat: (row: string, number: string) => (row ? `Row ${row}, seat ${number}` : `Seat ${number}`),
    row: (row: string) => `Row ${row}`,
    seatFull: (section: string, row: string, number: string) =>
        row ? `${section}, row ${row}, seat ${number}` : `${section}, seat ${number}`,
    seatsFromTo: (first: string, last: string) => `Seats ${first} to ${last}`,
    kinds: ['', 'wheelchair place', 'companion seat', 'restricted view'],
    states: ['available', 'held by somebody', 'sold', 'not for sale'],
    chosen: 'chosen by you',
    viewFrom: (section: string) => `View from ${section}`,
    viewLarger: 'Show larger',
    viewClose: 'Close',
    free: (count: number) => plural('en', count, { one: '# seat free', other: '# seats free' }),
    places: (count: number) => plural('en', count, { one: '# place left', other: '# places left' }),
    noneFree: 'nothing free',

    // The legend.
    legend: 'Prices',
    legendHint: 'Press a price to show only that.',
    tierName: (letter: string, name: string) => `${letter}: ${name}`,
    left: (count: number) => plural('en', count, { one: '# left', other: '# left' }),
    accessible: 'Wheelchair places only',
    clearView: 'No restricted view',
    filters: 'Show only',
    symbols: 'Signs on the map',
    signs: { free: 'free', chosen: 'yours', held: 'held', sold: 'gone', blocked: 'not for sale' },
    allPrices: 'All prices',
    upTo: (price: string) => `Up to ${price}`,
    priceRange: 'Price',

    // Best available.
    best: 'Best seats for you',
    bestHint: 'Side by side, as close to the stage as there are.',
    howMany: 'How many tickets?',
    wheelchairs: 'Of them in wheelchairs',
    fewer: 'One less',
    more: 'One more',
    anyPrice: 'Any price',
    onlyTier: (name: string, price: string) => `Only ${name} (${price})`,
    findBest: (count: number) =>
        plural('en', count, { one: 'Find the best seat', other: 'Find # seats together' }),
    finding: 'Looking for the best seats …',
    orPick: 'Or pick them yourself on the map.',
    found: (count: number) => plural('en', count, { one: 'Your seat', other: 'Your # seats' }),
    foundHint: 'They are held for you. On the map they are ringed.',
    keptFor: 'Held for you for',
    keepThem: 'Keep them and go on',
    changeThem: 'Choose others',
    apart: 'There were not so many side by side; these are close together.',

    // The basket.
    basket: 'Your tickets',
    basketEmpty: 'Nothing chosen yet.',
    limit: (count: number) =>
        plural('en', count, { one: 'At most # ticket a person.', other: 'At most # tickets a person.' }),
    limitReached: (count: number) =>
        plural('en', count, {
            one: 'One person can buy # ticket. Take one out to choose another.',
            other: 'One person can buy # tickets. Take one out to choose another.',
        }),
    tickets: (count: number) => plural('en', count, { one: '# ticket', other: '# tickets' }),
    remove: (name: string) => `Take out: ${name}`,
    total: 'Total',
    allIn: 'All fees included',
    hold: 'Hold these and go on',
    holding: 'Holding your tickets …',
    kept: (minutes: number) =>
        plural('en', minutes, {
            one: 'They are then held for you for # minute.',
            other: 'They are then held for you for # minutes.',
        }),
    showBasket: 'Show your tickets',
    notBoth: 'Seats and standing places are booked separately. What you chose before was taken out.',

    // Losing a seat.
    lost: (names: string) => `Somebody was quicker: ${names}.`,
    takeInstead: (names: string) => `Take ${names}`,
    noneInstead: (names: string) => `Somebody was quicker: ${names}. Nothing like it is free right now.`,

    // States of the sale.
    soldOutTitle: 'Sold out',
    soldOut: 'Everything is taken. Seats that are given back appear here by themselves.',
    notOpenTitle: 'Not on sale yet',
    opensIn: 'The sale opens in',
    overTitle: 'The sale is over',
    over: 'Tickets for this event are not on sale any more.',
    queueTitle: 'This event has a waiting room',
    queue: 'You can look at the seats. To buy, take your place in the waiting room; when it is your turn you come back here.',
    toWaitingRoom: 'To the waiting room',
    passOver: 'Your time to shop is over. Your place can be taken again in the waiting room.',
    passFor: 'Your time to choose:',
    passLeft: (time: string) => `${time} left to choose seats`,
    holdThere: 'You have tickets on hold',
    holdThereHint: 'Pay for them, or give them back to choose others.',
    goOn: 'Go on to pay',
    giveBack: 'Give them back',
    givenBack: 'Given back. Choose again.',
    away: 'Live changes are interrupted; connecting again. What you see may be a moment old.',
    noMap: 'This event has no seats to choose from yet.',
    priceChanged: (total: string) => `Prices have changed: your tickets now cost ${total}.`,
    areas: 'Standing',
    areaFull: (left: number) =>
        plural('en', left, { one: 'Only # place is left there.', other: 'Only # places are left there.' }),
};

export default texts;
export type Texts = typeof texts;
