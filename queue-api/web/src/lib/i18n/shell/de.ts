import type { Texts } from './en';

const texts: Texts = {
    skip: 'Zum Inhalt springen',
    menu: 'Menü',
    events: 'Veranstaltungen',
    tickets: 'Meine Tickets',
    organise: 'Veranstalten',
    door: 'Einlass',
    account: 'Konto',
    signIn: 'Anmelden',
    language: 'Sprache',
    footer: 'Onsale: faire Tickets für alle.',
    apiDocs: 'API',
    loading: 'Wird geladen …',
    retry: 'Noch einmal versuchen',
    close: 'Schließen',
    back: 'Zurück',
    offline: 'Sie sind offline. Was Sie sehen, kann veraltet sein.',
    reconnecting: 'Die Live-Verbindung ist abgerissen und wird neu aufgebaut …',
    notFoundTitle: 'Hier ist nichts',
    notFound: 'Diese Seite gibt es nicht, oder sie ist nicht für Sie bestimmt.',
    home: 'Zu allen Veranstaltungen',
    errorTitle: 'Das hat nicht geklappt',
};

export default texts;
