import { plural } from '../plural';
import type { Texts } from './en';

const texts: Texts = {
    title: 'Plätze wählen',
    titleAreas: 'Tickets wählen',
    back: 'Zurück zur Veranstaltung',

    mapLabel: (event) => `Saalplan: ${event}`,
    mapHelp:
        'Die Pfeiltasten führen von Platz zu Platz, Enter wählt, Plus und Minus zoomen, 0 zeigt alles, Escape verlässt den Plan. Dieselben Plätze stehen in der Liste.',
    zoomIn: 'Näher',
    zoomOut: 'Weiter weg',
    zoomFit: 'Alles zeigen',
    asMap: 'Plan',
    asList: 'Liste',
    view: 'Plätze zeigen als',
    from: (price) => `ab ${price}`,
    soldOutShort: 'ausverkauft',

    seat: (row, number) => (row ? `Reihe ${row}, Platz ${number}` : `Platz ${number}`),
    row: (row) => `Reihe ${row}`,
    seatFull: (section, row, number) =>
        row ? `${section}, Reihe ${row}, Platz ${number}` : `${section}, Platz ${number}`,
    seatsFromTo: (first, last) => `Plätze ${first} bis ${last}`,
    kinds: ['', 'Rollstuhlplatz', 'Begleitplatz', 'eingeschränkte Sicht'],
    states: ['frei', 'von jemandem reserviert', 'verkauft', 'nicht im Verkauf'],
    chosen: 'von Ihnen gewählt',
    viewFrom: (section) => `Sicht von ${section}`,
    viewLarger: 'Größer zeigen',
    viewClose: 'Schließen',
    free: (count) => plural('de', count, { one: '# Platz frei', other: '# Plätze frei' }),
    places: (count) => plural('de', count, { one: 'noch # Platz', other: 'noch # Plätze' }),
    noneFree: 'nichts frei',

    legend: 'Preise',
    legendHint: 'Ein Druck auf einen Preis zeigt nur diesen.',
    tierName: (letter, name) => `${letter}: ${name}`,
    left: (count) => plural('de', count, { other: 'noch #' }),
    accessible: 'Nur Rollstuhlplätze',
    clearView: 'Ohne eingeschränkte Sicht',
    filters: 'Nur zeigen',
    symbols: 'Zeichen im Plan',
    signs: { free: 'frei', chosen: 'Ihre', held: 'reserviert', sold: 'weg', blocked: 'nicht im Verkauf' },
    allPrices: 'Alle Preise',
    upTo: (price) => `Bis ${price}`,
    priceRange: 'Preis',

    best: 'Die besten Plätze für Sie',
    bestHint: 'Nebeneinander und so nah an der Bühne wie möglich.',
    howMany: 'Wie viele Tickets?',
    wheelchairs: 'Davon im Rollstuhl',
    fewer: 'Eins weniger',
    more: 'Eins mehr',
    anyPrice: 'Jeder Preis',
    onlyTier: (name, price) => `Nur ${name} (${price})`,
    findBest: (count) =>
        plural('de', count, { one: 'Besten Platz finden', other: '# Plätze zusammen finden' }),
    finding: 'Die besten Plätze werden gesucht …',
    orPick: 'Oder wählen Sie selbst auf dem Plan.',
    found: (count) => plural('de', count, { one: 'Ihr Platz', other: 'Ihre # Plätze' }),
    foundHint: 'Sie sind für Sie reserviert. Im Plan tragen sie einen Ring.',
    keptFor: 'Für Sie reserviert für',
    keepThem: 'Behalten und weiter',
    changeThem: 'Andere wählen',
    apart: 'So viele nebeneinander gab es nicht; diese liegen nah beisammen.',

    basket: 'Ihre Tickets',
    basketEmpty: 'Noch nichts gewählt.',
    limit: (count) =>
        plural('de', count, {
            one: 'Höchstens # Ticket pro Person.',
            other: 'Höchstens # Tickets pro Person.',
        }),
    limitReached: (count) =>
        plural('de', count, {
            one: 'Eine Person kann # Ticket kaufen. Nehmen Sie es heraus, um ein anderes zu wählen.',
            other: 'Eine Person kann # Tickets kaufen. Nehmen Sie eins heraus, um ein anderes zu wählen.',
        }),
    tickets: (count) => plural('de', count, { one: '# Ticket', other: '# Tickets' }),
    remove: (name) => `Herausnehmen: ${name}`,
    total: 'Gesamt',
    allIn: 'Alle Gebühren enthalten',
    hold: 'Reservieren und weiter',
    holding: 'Ihre Tickets werden reserviert …',
    kept: (minutes) =>
        plural('de', minutes, {
            one: 'Danach sind sie # Minute für Sie reserviert.',
            other: 'Danach sind sie # Minuten für Sie reserviert.',
        }),
    showBasket: 'Ihre Tickets zeigen',
    notBoth: 'Sitz- und Stehplätze werden getrennt gebucht. Die bisherige Wahl wurde herausgenommen.',

    lost: (names) => `Jemand war schneller: ${names}.`,
    takeInstead: (names) => `${names} nehmen`,
    noneInstead: (names) => `Jemand war schneller: ${names}. Gleichwertiges ist gerade nicht frei.`,

    soldOutTitle: 'Ausverkauft',
    soldOut: 'Alles ist vergeben. Zurückgegebene Plätze erscheinen hier von selbst.',
    notOpenTitle: 'Noch nicht im Verkauf',
    opensIn: 'Der Verkauf beginnt in',
    overTitle: 'Der Verkauf ist beendet',
    over: 'Für diese Veranstaltung gibt es keine Tickets mehr.',
    queueTitle: 'Diese Veranstaltung hat einen Warteraum',
    queue: 'Die Plätze können Sie ansehen. Zum Kaufen nehmen Sie Ihren Platz im Warteraum ein; wenn Sie dran sind, kommen Sie hierher zurück.',
    toWaitingRoom: 'Zum Warteraum',
    passOver: 'Ihre Zeit zum Einkaufen ist um. Im Warteraum können Sie sich neu anstellen.',
    passFor: 'Ihre Zeit zum Wählen:',
    passLeft: (time) => `noch ${time}, um Plätze zu wählen`,
    holdThere: 'Sie haben Tickets reserviert',
    holdThereHint: 'Bezahlen Sie sie, oder geben Sie sie zurück, um andere zu wählen.',
    goOn: 'Weiter zur Zahlung',
    giveBack: 'Zurückgeben',
    givenBack: 'Zurückgegeben. Wählen Sie neu.',
    away: 'Die Live-Verbindung ist unterbrochen und wird erneuert. Was Sie sehen, kann einen Moment alt sein.',
    noMap: 'Für diese Veranstaltung gibt es noch keine Plätze zu wählen.',
    priceChanged: (total) => `Preise haben sich geändert: Ihre Tickets kosten jetzt ${total}.`,
    areas: 'Stehplätze',
    areaFull: (left) =>
        plural('de', left, {
            one: 'Dort ist nur noch # Platz frei.',
            other: 'Dort sind nur noch # Plätze frei.',
        }),
};

export default texts;
