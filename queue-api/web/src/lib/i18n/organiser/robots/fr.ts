import type { Texts } from './en';

const texts: Texts = {
    title: 'Contre les robots',
    level: 'Énigme avant l’entrée',
    levelHint:
        'Les navigateurs la résolvent en arrière-plan ; qui ne le peut pas attend une demi-minute. Elle devient plus difficile d’elle-même en cas d’affluence.',
    levels: (level) =>
        level === 0
            ? 'Désactivée'
            : level <= 4
              ? `${level} : moins d’une seconde`
              : `${level} : ${['deux', 'cinq', 'dix', 'vingt'][level - 5]} secondes au plus`,
    arrivals: (n) => `Arrivées : ${n} par seconde.`,
    raised: (level) => `Portée à ${level} en ce moment.`,
    appeals: 'Retenus',
    appealsHint:
        'Ceux qui ont essayé trop souvent ou trop vite. Ils connaissent leur code ; ni nom ni adresse ne figurent ici.',
    code: 'Code',
    find: 'Chercher',
    note: 'Message au fan',
    letIn: 'Laisser entrer',
    refuse: 'En rester là',
    nobody: 'Personne n’a été retenu.',
    notFound: 'Personne n’a ce code.',
    times: (n) => `${n} ×`,
    status: { open: 'ouvert', let_in: 'entré', refused: 'maintenu' },
    reasons: {
        joined_often: 'Est entré très souvent dans la salle d’attente.',
        held_often: 'A choisi des places très souvent.',
        paid_often: 'A ouvert la caisse très souvent.',
        held_fast: 'A choisi des places plus vite que personne ne le peut.',
        paid_fast: 'A payé plus vite que personne ne le peut.',
        guessed_often: 'A essayé de nombreux codes inexistants.',
    },
};

export default texts;
