import { plural } from '../../plural';
import type { Texts } from './en';

const n = (count: number, one: string, other: string) => plural('fr', count, { one, other });

const texts: Texts = {
    title: 'Liste d’attente',
    intro: 'Les billets rendus sont proposés dans l’ordre d’inscription. L’inscription est gratuite et ne garantit rien.',
    open: 'Rejoindre la liste d’attente',
    quantity: 'Nombre de billets',
    tier: 'Quel tarif',
    anyTier: 'Tous les tarifs',
    tierOf: (name, price) => `${name}, ${price}`,
    together: 'Uniquement côte à côte',
    togetherHint: 'Cela peut être plus long : vous les aurez tous dans un même rang, ou aucun.',
    email: 'Adresse e-mail',
    emailHint: 'L’offre y est envoyée. Elle ne sert à rien d’autre.',
    join: 'S’inscrire',
    on: 'Vous êtes sur la liste d’attente',
    wants: (count, tier) => n(count, '# billet', '# billets') + (tier ? ` · ${tier}` : ''),
    sideBySide: 'côte à côte',
    ahead: (count) =>
        count === 0
            ? 'Personne n’est avant vous pour ce que vous voulez.'
            : n(count, 'Environ # personne est avant vous.', 'Environ # personnes sont avant vous.'),
    onHint: 'Nous vous écrivons dès que c’est votre tour. Vous pouvez fermer cette page.',
    leave: 'Quitter la liste',
    offer: 'C’est votre tour : des billets vous sont réservés',
    offerLeft: 'Temps restant pour payer',
    offerAnnounce: (time) => `Il reste ${time} pour payer vos billets`,
    take: 'Passer au paiement',
    decline: 'Je n’en veux pas',
    lapsed: 'Votre offre a expiré',
    lapsedHint: 'Les billets sont allés à la personne suivante. Vous pouvez vous réinscrire à la fin.',
    declined: 'Vous avez rendu l’offre. Vous pouvez vous réinscrire à la fin.',
    served: 'La liste d’attente vous a servi. Bon spectacle !',
};

export default texts;
