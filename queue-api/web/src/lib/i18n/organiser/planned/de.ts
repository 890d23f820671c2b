import type { Texts } from './en';

const texts: Texts = {
    title: 'Vorausgeplant',
    what: 'Was sich ändert',
    kinds: {
        rate: 'Einlass pro Minute',
        cap: 'Gleichzeitig einkaufen',
        pause: 'Pausieren',
        resume: 'Weitermachen',
        open: 'Öffnen',
        close: 'Warteraum schließen',
    },
    count: 'Höchstens',
    when: (zone) => `Wann (Zeit in ${zone})`,
    wrongTime: 'Bitte eine Zeit in der Zukunft wählen, vor dem Beginn der Veranstaltung.',
    plan: 'Planen',
    none: 'Es ist nichts geplant.',
    paused: (reason) => (reason ? `Pause: „${reason}“` : 'Pause'),
    rate: (n) => `Höchstens ${n} pro Minute einlassen`,
    cap: (n) => `Höchstens ${n} kaufen gleichzeitig ein`,
    other: 'Zeit zum Hereinkommen und Einkaufen',
    since: (time) => `in Kraft seit ${time}`,
    outcomes: { applied: 'Erledigt', refused: 'War nicht möglich', cancelled: 'Abgesagt' },
    cancel: 'Absagen',
};

export default texts;
