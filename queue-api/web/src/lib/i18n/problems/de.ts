import type { Texts } from './en';

const texts: Texts = {
    offline: 'Der Server ist nicht erreichbar. Bitte prüfen Sie Ihre Verbindung; es ist nichts verloren.',
    internal: 'Bei uns ist etwas schiefgegangen. Bitte versuchen Sie es gleich noch einmal.',
    unavailable:
        'Gerade sind sehr viele Menschen hier. Nichts ist verloren; bitte gleich noch einmal versuchen.',
    timeout: 'Das hat zu lange gedauert. Noch einmal zu versuchen ist gefahrlos.',
    unauthorized: 'Bitte melden Sie sich an.',
    'not-found': 'Das gibt es nicht, oder es gehört nicht Ihnen.',
    'role-needed': 'Ihr Konto darf das nicht.',
    'cross-site': 'Diese Anfrage kam von einer fremden Seite und wurde abgelehnt.',
    invalid: 'Bitte sehen Sie sich die markierten Felder an.',
    'email-taken': 'Zu dieser E-Mail-Adresse gibt es schon ein Konto. Stattdessen anmelden?',
    'too-many-requests': 'Das war zu oft. Bitte warten Sie ein wenig.',
    'request-under-way': 'Ihr erster Versuch wird noch bearbeitet.',
    'pass-needed': 'Diese Veranstaltung wird über den Warteraum verkauft. Stellen Sie sich dort an.',
    'pass-invalid': 'Ihr Zutritt gilt nicht für diese Veranstaltung.',
    'pass-over': 'Ihre Zeit zum Einkaufen ist vorbei.',
    'seats-taken': 'Bei diesen Plätzen war jemand schneller.',
    'area-full': 'So viele Plätze sind hier nicht mehr frei.',
    'not-enough-seats': 'So viele Plätze nebeneinander gibt es nicht mehr.',
    'limit-reached': 'Das ist mehr, als eine Person kaufen darf.',
    'hold-exists': 'Für Sie sind schon Plätze reserviert.',
    'hold-expired': 'Die Zeit zum Bezahlen ist vorbei, die Plätze sind wieder frei.',
    'sale-not-open': 'Der Verkauf hat noch nicht begonnen.',
    'sale-over': 'Der Verkauf ist beendet.',
    'not-on-sale': 'Diese Veranstaltung wird nicht verkauft.',
    'payment-declined': 'Die Karte wurde abgelehnt. Es wurde nichts abgebucht; versuchen Sie eine andere.',
    'payment-over': 'Diese Zahlung wurde aufgegeben. Es wurde nichts abgebucht.',
    'booking-rejected': 'Die Buchung war nicht möglich. Es wurde nichts abgebucht.',
    'cancellation-closed': 'Für eine Stornierung ist es zu spät.',
    'ticket-used': 'Ein Ticket dieser Buchung wurde schon benutzt.',
    'precondition-failed': 'Jemand anderes hat das inzwischen geändert. Bitte neu laden.',
    'held-back': (code) =>
        `Das war schneller oder öfter, als Menschen es gewöhnlich tun. Bitte warten Sie ein wenig und versuchen Sie es wieder. Hilft das nicht, nennen Sie dem Veranstalter diesen Code: ${code}`,
    other: (detail) => detail,
};

export default texts;
