import { plural } from '../../plural';
import type { Texts } from './en';

const texts: Texts = {
    access: 'Wer in den Warteraum darf',
    accesses: {
        everyone: 'Alle',
        accounts: 'Menschen mit einem Konto',
        invited: 'Eingeladene mit einem Code',
    },
    hints: {
        everyone: 'Niemand muss sich anmelden, um zu warten.',
        accounts: 'Ein Platz je Konto. Wer keines hat, registriert sich zuerst.',
        invited: 'Erstellen Sie unten die Codes. Mit jedem dürfen so viele hinein, wie Sie angeben.',
    },
    changes: 'Eine Änderung gilt für alle, die ab jetzt kommen; Plätze bleiben.',
    title: 'Codes',
    what: 'Für Einladungen und Vorverkäufe: Wer einen Code hat, kommt damit in den Warteraum.',
    kind: 'Art des Codes',
    kinds: { ours: 'Viele Codes, nicht zu erraten', own: 'Ein eigenes Wort' },
    label: 'Für wen',
    labelHint: 'Zum Beispiel: Freundeskreis',
    count: 'Anzahl der Codes',
    word: 'Wort',
    wordHint: '6 bis 40 Buchstaben (A bis Z) und Ziffern. Es ist so geheim, wie man es hält.',
    uses: 'Menschen je Code',
    make: 'Codes erstellen',
    made: (n) => plural('de', n, { one: '# Code wurde erstellt.', other: '# Codes wurden erstellt.' }),
    copyCodes: 'Codes kopieren',
    copyLinks: 'Als Links kopieren',
    copied: 'Kopiert.',
    table: 'Tabelle (CSV)',
    tableAll: 'Alle Codes als Tabelle (CSV)',
    none: 'Es gibt noch keine Codes.',
    codes: (n) => plural('de', n, { one: '# Code', other: '# Codes' }),
    used: (uses, most) => `${uses} von ${most} verwendet`,
    withdrawn: 'zurückgezogen',
    withdrawnSome: (n) => `${n} zurückgezogen`,
    show: 'Codes zeigen',
    hide: 'Codes verbergen',
    more: 'Mehr',
    withdraw: 'Zurückziehen',
    withdrawAll: 'Alle zurückziehen',
    sure: (what) => `${what} zurückziehen?`,
    sureText:
        'Niemand kommt mehr damit hinein. Plätze, die damit vergeben wurden, bleiben. Das lässt sich nicht rückgängig machen.',
    rules: {
        label: '1 bis 100 Zeichen, und nicht der Code selbst.',
        code: '6 bis 40 Buchstaben (A bis Z) und Ziffern.',
        count: 'Von 1 bis 10.000.',
        most_uses: 'Von 1 bis 1.000.000.',
    },
    taken: 'Die Veranstaltung hat diesen Code schon.',
};

export default texts;
