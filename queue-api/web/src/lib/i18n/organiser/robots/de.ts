import type { Texts } from './en';

const texts: Texts = {
    title: 'Gegen Roboter',
    level: 'Rätsel vor dem Eintritt',
    levelHint:
        'Browser lösen es im Hintergrund; wer das nicht kann, wartet stattdessen eine halbe Minute. Kommen sehr viele, wird es von selbst schwerer.',
    levels: (level) =>
        level === 0
            ? 'Aus'
            : level <= 4
              ? `${level}: unter einer Sekunde`
              : `${level}: höchstens ${['zwei', 'fünf', 'zehn', 'zwanzig'][level - 5]} Sekunden`,
    arrivals: (n) => `Ankünfte: ${n} in der Sekunde.`,
    raised: (level) => `Gerade auf ${level} erhöht.`,
    appeals: 'Aufgehalten',
    appealsHint:
        'Wer es zu oft oder zu schnell versucht hat. Diese Fans kennen ihren Code; Name und Adresse stehen hier nicht.',
    code: 'Code',
    find: 'Suchen',
    note: 'Nachricht an den Fan',
    letIn: 'Einlassen',
    refuse: 'So belassen',
    nobody: 'Niemand wurde aufgehalten.',
    notFound: 'Diesen Code hat niemand.',
    times: (n) => `${n} ×`,
    status: { open: 'offen', let_in: 'eingelassen', refused: 'belassen' },
    reasons: {
        joined_often: 'Ist sehr oft in den Warteraum eingetreten.',
        held_often: 'Hat sehr oft Plätze gewählt.',
        paid_often: 'Hat sehr oft die Kasse aufgerufen.',
        held_fast: 'Hat Plätze schneller gewählt, als Menschen können.',
        paid_fast: 'Hat schneller bezahlt, als Menschen können.',
        guessed_often: 'Hat viele Codes versucht, die es nicht gibt.',
    },
};

export default texts;
