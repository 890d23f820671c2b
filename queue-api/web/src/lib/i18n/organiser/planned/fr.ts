import type { Texts } from './en';

const texts: Texts = {
    title: 'Prévu à l’avance',
    what: 'Ce qui change',
    kinds: {
        rate: 'Entrées par minute',
        cap: 'Achats simultanés',
        pause: 'Mettre en pause',
        resume: 'Reprendre',
        open: 'Ouvrir',
        close: 'Fermer la salle d’attente',
    },
    count: 'Au plus',
    when: (zone) => `Quand (heure de ${zone})`,
    wrongTime: 'Choisissez une heure à venir, avant le début de l’événement.',
    plan: 'Prévoir',
    none: 'Rien n’est prévu.',
    paused: (reason) => (reason ? `Pause : « ${reason} »` : 'Pause'),
    rate: (n) => `Laisser entrer au plus ${n} par minute`,
    cap: (n) => `Au plus ${n} achats simultanés`,
    other: 'Temps pour entrer et pour acheter',
    since: (time) => `en vigueur depuis ${time}`,
    outcomes: { applied: 'Fait', refused: 'N’était pas possible', cancelled: 'Annulé' },
    cancel: 'Annuler',
};

export default texts;
