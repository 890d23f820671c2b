import { plural } from '../../plural';
import type { Texts } from './en';

const texts: Texts = {
    title: 'Bestellungen',
    search: 'Nach Name, E-Mail, Buchung oder Platz suchen',
    status: 'Status',
    anyStatus: 'Alle',
    statuses: {
        processing: 'In Arbeit',
        confirmed: 'Bestätigt',
        rejected: 'Abgelehnt',
        cancelled: 'Storniert',
        refunded: 'Erstattet',
    },
    export: 'Als CSV laden',
    empty: 'Es gibt noch keine Bestellung.',
    noHits: 'Keine Bestellung passt.',
    more: 'Mehr zeigen',
    buyer: 'Käufer',
    tickets: 'Karten',
    total: 'Summe',
    when: 'Wann',
    mail: 'Mail',
    mailStatus: { pending: 'wartet', sent: 'gesendet', failed: 'gescheitert' },
    open: (who) => `Bestellung von ${who} zeigen`,
    anonymous: 'Gast ohne Namen',
    detail: 'Bestellung',
    number: 'Nummer',
    payment: 'Zahlung',
    paymentStatus: {
        pending: 'noch nicht bezahlt',
        authorized: 'reserviert',
        captured: 'bezahlt',
        refunded: 'erstattet',
        voided: 'freigegeben',
        failed: 'gescheitert',
    },
    gateway: (gateway, reference) => `${gateway}, ${reference}`,
    refundedOf: (refunded) => `${refunded} zurückgegeben`,
    mails: 'Mails',
    mailTemplates: {
        'booking-confirmed': 'Karten',
        'booking-rejected': 'Ablehnung',
        'booking-cancelled': 'Stornierung',
    },
    mailCopy: 'Karten, noch einmal gesendet',
    mailTries: (n, locale) =>
        plural(locale, n, { one: '# Versuch gescheitert', other: '# Versuche gescheitert' }),
    noMails: 'Noch keine Mail.',
    resend: 'Mail noch einmal senden',
    resent: 'Die Mail ist unterwegs.',
    cancel: 'Stornieren und erstatten',
    cancelSure: 'Diese Bestellung stornieren und das Geld zurückgeben?',
    cancelHint: (money) =>
        `${money} gehen an den Käufer zurück, die Karten gelten nicht mehr, und die Plätze sind wieder zu haben. Das lässt sich nicht rückgängig machen.`,
    cancelDone: 'Storniert; die Erstattung ist unterwegs.',
    ticketStatus: {
        valid: 'gültig',
        used: 'drin',
        cancelled: 'storniert',
        transferred: 'weitergegeben',
    },
    count: (n, locale) => plural(locale, n, { one: '# Karte', other: '# Karten' }),
    rejected: 'Es wurde nichts abgebucht.',
    move: {
        button: 'Umsetzen',
        buttonOf: (seat) => `Karte für ${seat} umsetzen`,
        title: 'Karte auf einen anderen Platz umsetzen',
        hint: 'Wählen Sie einen freien Platz, auf dem Plan auch einen, der nicht im Verkauf ist. Der bezahlte Preis bleibt.',
        mapLabel: 'Saalplan, um den neuen Platz zu wählen',
        from: 'Bisheriger Platz',
        to: 'Neuer Platz',
        nowhere: 'noch nicht gewählt',
        after: 'Der Käufer bekommt eine Mail mit der neuen Karte, ältere Codes gelten nicht mehr, und der bisherige Platz ist wieder zu haben.',
        confirm: 'Karte umsetzen',
        moving: 'Die Karte wird umgesetzt …',
        done: (from, to) =>
            `Umgesetzt von ${from} auf ${to}. Der Käufer bekommt eine Mail mit der neuen Karte; der bisherige Platz ist wieder zu haben.`,
        taken: (seat) => `Diesen Platz hat jemand: ${seat}. Wählen Sie einen anderen.`,
        gone: (seat) =>
            `Jemand war schneller: ${seat} ist vergeben. Die Karte bleibt, wo sie ist; wählen Sie einen anderen Platz.`,
        problems: {
            'ticket-not-valid':
                'Diese Karte wurde inzwischen benutzt oder storniert; sie lässt sich nicht umsetzen.',
            'event-over': 'Die Veranstaltung ist vorbei; ihre Karten bleiben, wie sie sind.',
            'no-seat': 'Diese Karte gilt für einen Stehplatzbereich; sie hat keinen Platz.',
        },
    },
};

export default texts;
