import type { Texts } from './en';

const texts: Texts = {
    title: 'Veröffentlichen',
    ready: 'Alles ist da.',
    readyHint:
        'Nach der Veröffentlichung sehen Gäste die Veranstaltung. Verkaufsbeginn, Währung und Art des Verkaufs stehen dann fest.',
    missing: 'Es fehlt noch:',
    items: {
        start_in_the_past: 'Der Beginn liegt in der Vergangenheit',
        no_price: 'Mindestens ein Preis',
        no_seat_map: 'Ein Saalplan',
        every_seat_blocked: 'Mindestens ein Platz, der zu haben ist',
        tier_without_price: 'Ein Preis für jede Farbe des Saalplans',
    },
    saveFirst: 'Speichern Sie zuerst Ihre Änderungen.',
    button: 'Veranstaltung veröffentlichen',
    done: 'Die Veranstaltung ist veröffentlicht.',
    deleteDraft: 'Entwurf löschen',
    deleteSure: 'Diesen Entwurf endgültig löschen?',
    deleteHint: 'Saalplan und Preise gehen mit ihm. Das lässt sich nicht rückgängig machen.',
    cancelEvent: 'Veranstaltung absagen',
    cancelTitle: 'Veranstaltung absagen?',
    cancelHint:
        'Jede Buchung wird storniert, alle bekommen ihr Geld zurück und eine Nachricht. Das lässt sich nicht rückgängig machen.',
    cancelType: (title) => `Zur Bestätigung „${title}“ eintippen`,
    cancelDone: 'Die Veranstaltung ist abgesagt. Die Erstattungen sind unterwegs.',
    cancelledNotice: 'Diese Veranstaltung wurde abgesagt. Alle Buchungen sind storniert und erstattet.',
    dangerTitle: 'Kein Zurück',
};

export default texts;
