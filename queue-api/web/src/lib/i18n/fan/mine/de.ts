import { plural } from '../../plural';
import type { Texts } from './en';

const texts: Texts = {
    tickets: 'Meine Karten',
    bookings: 'Meine Buchungen',
    upcoming: 'Demnächst',
    past: 'Vorbei oder storniert',
    none: 'Noch keine Karten',
    noneText: 'Gekaufte Karten erscheinen hier und gehen auch ohne Netz, wenn Sie sie einmal geöffnet haben.',
    find: 'Veranstaltung finden',
    signIn: 'Anmelden',
    signInText:
        'Melden Sie sich an, um Ihre Karten zu sehen. Als Gast gekauft? Öffnen Sie den Link in Ihrer E-Mail auf diesem Gerät.',
    offlineAsOf: (time) => `Offline, Stand ${time}`,
    offlineNone: 'Sie sind offline, und Ihre Karten wurden auf diesem Gerät noch nicht geöffnet.',
    state: { valid: 'Gültig', used: 'Benutzt', cancelled: 'Storniert', transferred: 'Weitergegeben' },
    usedAt: (time) => `Benutzt ${time}`,
    show: 'QR-Code zeigen',
    qr: (label) => `QR-Code der Karte für ${label}`,
    hint: 'Halten Sie dies an den Scanner. Stellen Sie den Bildschirm hell.',
    holder: 'Inhaber',
    place: 'Platz',
    tier: 'Preisgruppe',
    of: (at, all) => `Karte ${at} von ${all}`,
    next: 'Nächste Karte',
    previous: 'Vorige Karte',
    pdf: 'Drucken (PDF)',
    calendar: 'In den Kalender',
    booking: 'Zur Buchung',
    justUsed: 'Eingelassen. Viel Vergnügen!',
    usedText: 'Mit dieser Karte kam schon jemand herein.',
    cancelledText: 'Diese Karte wurde storniert und gilt nicht mehr.',
    transferredText: 'Diese Karte wurde weitergegeben und gilt nicht mehr.',
    qrMissing: 'Der QR-Code konnte nicht geladen werden.',
    count: (count) => plural('de', count, { one: '# Karte', other: '# Karten' }),
    more: 'Mehr zeigen',
    noBookings: 'Noch keine Buchungen',
    status: {
        processing: 'In Arbeit',
        confirmed: 'Bestätigt',
        rejected: 'Abgelehnt',
        cancelled: 'Storniert',
        refunded: 'Erstattet',
    },
    on: (when) => `Gebucht ${when}`,
};

export default texts;
