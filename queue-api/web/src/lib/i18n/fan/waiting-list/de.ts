import { plural } from '../../plural';
import type { Texts } from './en';

const n = (count: number, one: string, other: string) => plural('de', count, { one, other });

const texts: Texts = {
    title: 'Warteliste',
    intro: 'Tickets, die zurückkommen, werden in der Reihenfolge der Einträge angeboten. Der Eintrag kostet nichts und verspricht nichts.',
    open: 'Auf die Warteliste setzen',
    quantity: 'Wie viele Tickets',
    tier: 'Welcher Preis',
    anyTier: 'Jeder Preis',
    tierOf: (name, price) => `${name}, ${price}`,
    together: 'Nur nebeneinander',
    togetherHint: 'Das kann länger dauern: Sie bekommen dann alle in einer Reihe oder keine.',
    email: 'E-Mail-Adresse',
    emailHint: 'Dorthin geht das Angebot. Sie dient zu nichts anderem.',
    join: 'Eintragen',
    on: 'Sie stehen auf der Warteliste',
    wants: (count, tier) => n(count, '# Ticket', '# Tickets') + (tier ? ` · ${tier}` : ''),
    sideBySide: 'nebeneinander',
    ahead: (count) =>
        count === 0
            ? 'Für Ihren Wunsch ist niemand vor Ihnen.'
            : n(count, 'Etwa # Person ist vor Ihnen.', 'Etwa # Personen sind vor Ihnen.'),
    onHint: 'Wir schreiben Ihnen, sobald Sie dran sind. Sie können diese Seite schließen.',
    leave: 'Austragen',
    offer: 'Sie sind dran: Tickets sind für Sie reserviert',
    offerLeft: 'Zeit zum Bezahlen',
    offerAnnounce: (time) => `Noch ${time}, um Ihre Tickets zu bezahlen`,
    take: 'Zur Kasse',
    decline: 'Ich möchte sie nicht',
    lapsed: 'Ihr Angebot ist abgelaufen',
    lapsedHint: 'Die Tickets gingen an die nächste Person. Sie können sich am Ende wieder eintragen.',
    declined: 'Sie haben das Angebot zurückgegeben. Sie können sich am Ende wieder eintragen.',
    served: 'Die Warteliste hat Ihnen Tickets gebracht. Viel Freude!',
};

export default texts;
