import { plural } from '../plural';
import type { Texts } from './en';

const texts: Texts = {
    title: 'Choisissez vos places',
    titleAreas: 'Choisissez vos billets',
    back: 'Retour à l’événement',

    mapLabel: (event) => `Plan de salle : ${event}`,
    mapHelp:
        'Les flèches mènent de place en place, Entrée choisit, plus et moins zooment, 0 montre tout, Échap quitte le plan. Les mêmes places sont dans la liste.',
    zoomIn: 'Plus près',
    zoomOut: 'Plus loin',
    zoomFit: 'Tout montrer',
    asMap: 'Plan',
    asList: 'Liste',
    view: 'Montrer les places en',
    from: (price) => `dès ${price}`,
    soldOutShort: 'complet',

    seat: (row, number) => (row ? `Rang ${row}, place ${number}` : `Place ${number}`),
    row: (row) => `Rang ${row}`,
    seatFull: (section, row, number) =>
        row ? `${section}, rang ${row}, place ${number}` : `${section}, place ${number}`,
    seatsFromTo: (first, last) => `Places ${first} à ${last}`,
    kinds: ['', 'place pour fauteuil roulant', 'place d’accompagnateur', 'visibilité réduite'],
    states: ['libre', 'réservée par quelqu’un', 'vendue', 'pas en vente'],
    chosen: 'choisie par vous',
    viewFrom: (section) => `Vue depuis ${section}`,
    viewLarger: 'Agrandir',
    viewClose: 'Fermer',
    free: (count) => plural('fr', count, { one: '# place libre', other: '# places libres' }),
    places: (count) => plural('fr', count, { one: 'encore # place', other: 'encore # places' }),
    noneFree: 'rien de libre',

    legend: 'Prix',
    legendHint: 'Appuyez sur un prix pour ne voir que lui.',
    tierName: (letter, name) => `${letter} : ${name}`,
    left: (count) => plural('fr', count, { one: 'reste #', other: 'reste #' }),
    accessible: 'Places pour fauteuil roulant seulement',
    clearView: 'Sans visibilité réduite',
    filters: 'Ne montrer que',
    symbols: 'Signes du plan',
    signs: { free: 'libre', chosen: 'à vous', held: 'réservée', sold: 'prise', blocked: 'pas en vente' },
    allPrices: 'Tous les prix',
    upTo: (price) => `Jusqu’à ${price}`,
    priceRange: 'Prix',

    best: 'Les meilleures places pour vous',
    bestHint: 'Côte à côte et aussi près de la scène que possible.',
    howMany: 'Combien de billets ?',
    wheelchairs: 'Dont en fauteuil roulant',
    fewer: 'Un de moins',
    more: 'Un de plus',
    anyPrice: 'Tout prix',
    onlyTier: (name, price) => `Seulement ${name} (${price})`,
    findBest: (count) =>
        plural('fr', count, { one: 'Trouver la meilleure place', other: 'Trouver # places ensemble' }),
    finding: 'Recherche des meilleures places …',
    orPick: 'Ou choisissez vous-même sur le plan.',
    found: (count) => plural('fr', count, { one: 'Votre place', other: 'Vos # places' }),
    foundHint: 'Elles sont réservées pour vous. Sur le plan, elles portent un anneau.',
    keptFor: 'Réservées pour vous pendant',
    keepThem: 'Les garder et continuer',
    changeThem: 'En choisir d’autres',
    apart: 'Il n’y en avait pas autant côte à côte ; celles-ci sont proches.',

    basket: 'Vos billets',
    basketEmpty: 'Rien de choisi pour l’instant.',
    limit: (count) =>
        plural('fr', count, {
            one: 'Au plus # billet par personne.',
            other: 'Au plus # billets par personne.',
        }),
    limitReached: (count) =>
        plural('fr', count, {
            one: 'Une personne peut acheter # billet. Retirez-le pour en choisir un autre.',
            other: 'Une personne peut acheter # billets. Retirez-en un pour en choisir un autre.',
        }),
    tickets: (count) => plural('fr', count, { one: '# billet', other: '# billets' }),
    remove: (name) => `Retirer : ${name}`,
    total: 'Total',
    allIn: 'Tous frais compris',
    hold: 'Réserver et continuer',
    holding: 'Réservation en cours …',
    kept: (minutes) =>
        plural('fr', minutes, {
            one: 'Ils vous sont ensuite réservés pendant # minute.',
            other: 'Ils vous sont ensuite réservés pendant # minutes.',
        }),
    showBasket: 'Montrer vos billets',
    notBoth: 'Places assises et debout se réservent séparément. Le choix précédent a été retiré.',

    lost: (names) => `Quelqu’un a été plus rapide : ${names}.`,
    takeInstead: (names) => `Prendre ${names}`,
    noneInstead: (names) => `Quelqu’un a été plus rapide : ${names}. Rien d’équivalent n’est libre.`,

    soldOutTitle: 'Complet',
    soldOut: 'Tout est pris. Les places rendues apparaissent ici d’elles-mêmes.',
    notOpenTitle: 'Pas encore en vente',
    opensIn: 'La vente ouvre dans',
    overTitle: 'La vente est terminée',
    over: 'Les billets de cet événement ne sont plus en vente.',
    queueTitle: 'Cet événement a une salle d’attente',
    queue: 'Vous pouvez regarder les places. Pour acheter, prenez place dans la salle d’attente ; quand c’est votre tour, vous revenez ici.',
    toWaitingRoom: 'Vers la salle d’attente',
    passOver: 'Votre temps d’achat est écoulé. Vous pouvez reprendre place dans la salle d’attente.',
    passFor: 'Votre temps pour choisir :',
    passLeft: (time) => `encore ${time} pour choisir vos places`,
    holdThere: 'Vous avez des billets réservés',
    holdThereHint: 'Payez-les, ou rendez-les pour en choisir d’autres.',
    goOn: 'Aller au paiement',
    giveBack: 'Les rendre',
    givenBack: 'Rendus. Choisissez à nouveau.',
    away: 'La connexion en direct est interrompue et se rétablit. Ce que vous voyez peut dater un peu.',
    noMap: 'Cet événement n’a pas encore de places à choisir.',
    priceChanged: (total) => `Les prix ont changé : vos billets coûtent maintenant ${total}.`,
    areas: 'Places debout',
    areaFull: (left) =>
        plural('fr', left, { one: 'Il n’y reste que # place.', other: 'Il n’y reste que # places.' }),
};

export default texts;
