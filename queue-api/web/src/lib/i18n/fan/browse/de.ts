import { plural } from '../../plural';
import type { Texts } from './en';

const n = (count: number, one: string, other: string) => plural('de', count, { one, other });

const texts: Texts = {
    title: 'Was läuft',
    search: 'Veranstaltung, Künstler oder Ort suchen',
    place: 'Stadt oder Haus',
    when: 'Wann',
    whens: {
        any: 'Jedes Datum',
        today: 'Heute',
        weekend: 'Dieses Wochenende',
        month: 'Nächste 30 Tage',
        dates: 'Tage wählen …',
    },
    from: 'Von',
    to: 'Bis',
    category: 'Art',
    all: 'Alle',
    categories: {
        concert: 'Konzerte',
        theatre: 'Theater',
        sport: 'Sport',
        comedy: 'Comedy',
        festival: 'Festivals',
        conference: 'Konferenzen',
        cinema: 'Kino',
        other: 'Anderes',
    },
    found: (count, more) =>
        more
            ? `Mehr als ${n(count, '# Veranstaltung', '# Veranstaltungen')}`
            : n(count, '# Veranstaltung', '# Veranstaltungen'),
    nothing: 'Nichts passt',
    nothingHint: 'Versuchen Sie ein anderes Wort, einen anderen Tag, oder sehen Sie alles an.',
    empty: 'Noch ist nichts im Verkauf',
    emptyHint: 'Neue Veranstaltungen erscheinen hier, sobald sie veröffentlicht sind.',
    clear: 'Suche leeren',
    more: 'Mehr zeigen',
    priceFrom: (price) => `ab ${price}`,
    state: {
        onSale: 'Im Verkauf',
        opens: (when) => `Ab ${when}`,
        opensIn: 'Öffnet in',
        waitingRoom: 'Warteraum offen',
        few: (left) => n(left, 'Nur noch #', 'Nur noch #'),
        soldOut: 'Ausverkauft',
        cancelled: 'Abgesagt',
        over: 'Vorbei',
    },
    held: (event) => `Plätze für ${event} sind für Sie reserviert`,
    heldAny: 'Plätze sind für Sie reserviert',
    heldGo: 'Weiter',
    heldLeft: (time) => `Noch ${time} für die reservierten Plätze`,
    timeOf: (zone) => `Ortszeit ${zone}`,
    yourTime: (when) => `${when} Ihrer Zeit`,
    about: 'Zur Veranstaltung',
    prices: 'Preise',
    allIn: 'Alle Gebühren enthalten: Sie zahlen, was Sie sehen.',
    tickets: 'Karten',
    left: (left) => n(left, 'Noch # Karte', 'Noch # Karten'),
    standing: (left) => n(left, 'Noch # Stehplatz', 'Noch # Stehplätze'),
    limit: (limit) => n(limit, 'Höchstens # Karte je Person.', 'Höchstens # Karten je Person.'),
    kept: (minutes) =>
        n(
            minutes,
            'Gewählte Plätze bleiben # Minute reserviert.',
            'Gewählte Plätze bleiben # Minuten reserviert.',
        ),
    cancelUntil: (when) => `Sie können bis ${when} stornieren und bekommen alles zurück.`,
    cancelNever: 'Gekaufte Karten können nicht storniert werden.',
    rules: 'Gut zu wissen',
    opensAt: (when) => `Der Verkauf öffnet ${when}`,
    opensSoon: 'Der Verkauf öffnet in',
    opensAnnounce: (time) => `Der Verkauf öffnet in ${time}`,
    opensHere: 'Sie müssen nicht neu laden: Der Knopf erscheint hier von selbst.',
    choose: 'Plätze wählen',
    goWait: 'Zum Warteraum',
    lobbyAt: (when) => `Der Warteraum öffnet ${when}.`,
    expect: (opens) =>
        `Wer um ${opens} im Warteraum ist, bekommt einen zufälligen Platz; wer später kommt, stellt sich hinten an. Sie dürfen die Seite neu laden oder schließen, ohne Ihren Platz zu verlieren.`,
    expectOpen:
        'Sie bekommen einen Platz in der Reihe und kommen herein, wenn Sie dran sind. Sie dürfen die Seite neu laden oder schließen, ohne ihn zu verlieren.',
    access: {
        accounts: 'Zum Anstellen brauchen Sie ein Konto.',
        invited: 'Auf Einladung: Zum Anstellen brauchen Sie Ihren Code.',
    },
    waiting: (count) => n(count, '# Person ist da', '# Personen sind da'),
    paused: 'Der Einlass macht kurz Pause; die Plätze in der Reihe bleiben.',
    soldOutLong: 'Alle Karten sind verkauft oder liegen in einem Warenkorb.',
    soldOutHint:
        'Was zurückkommt, geht zuerst an die Warteliste; was dort niemand nimmt, ist hier sofort zu haben.',
    lookAgain: 'Plätze ansehen',
    cancelledLong: 'Diese Veranstaltung wurde abgesagt.',
    cancelledHint: 'Wer Karten gekauft hat, bekommt alles zurück, ohne etwas tun zu müssen.',
    overLong: 'Diese Veranstaltung ist vorbei.',
    unknown: 'Wie viele Karten noch da sind, lässt sich gerade nicht sagen.',
    share: 'Teilen',
    copied: 'Der Link ist kopiert.',
    calendar: 'In den Kalender',
    posterOf: (title) => `Plakat von ${title}`,
    backToAll: 'Alle Veranstaltungen',
};

export default texts;
