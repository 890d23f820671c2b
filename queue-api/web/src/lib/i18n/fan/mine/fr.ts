import { plural } from '../../plural';
import type { Texts } from './en';

const texts: Texts = {
    tickets: 'Mes billets',
    bookings: 'Mes commandes',
    upcoming: 'À venir',
    past: 'Passés ou annulés',
    none: 'Pas encore de billets',
    noneText: 'Les billets achetés paraissent ici et fonctionnent sans réseau une fois ouverts.',
    find: 'Trouver un événement',
    signIn: 'Se connecter',
    signInText:
        'Connectez-vous pour voir vos billets. Achetés en tant qu’invité ? Ouvrez le lien de votre e-mail sur cet appareil.',
    offlineAsOf: (time) => `Hors ligne, état à ${time}`,
    offlineNone: 'Vous êtes hors ligne, et vos billets n’ont pas encore été ouverts sur cet appareil.',
    state: { valid: 'Valable', used: 'Utilisé', cancelled: 'Annulé', transferred: 'Transmis' },
    usedAt: (time) => `Utilisé ${time}`,
    show: 'Afficher le code QR',
    qr: (label) => `Code QR du billet pour ${label}`,
    hint: 'Présentez ceci au lecteur. Augmentez la luminosité de l’écran.',
    holder: 'Titulaire',
    place: 'Place',
    tier: 'Catégorie',
    of: (at, all) => `Billet ${at} sur ${all}`,
    next: 'Billet suivant',
    previous: 'Billet précédent',
    pdf: 'Imprimer (PDF)',
    calendar: 'Ajouter au calendrier',
    booking: 'Vers la commande',
    justUsed: 'Entrée validée. Bonne soirée !',
    usedText: 'Ce billet a déjà fait entrer quelqu’un.',
    cancelledText: 'Ce billet a été annulé et ne fait entrer personne.',
    transferredText: 'Ce billet a été transmis et ne fait entrer personne.',
    qrMissing: 'Le code QR n’a pas pu être chargé.',
    count: (count) => plural('fr', count, { one: '# billet', other: '# billets' }),
    more: 'Afficher plus',
    noBookings: 'Pas encore de commandes',
    status: {
        processing: 'En cours',
        confirmed: 'Confirmée',
        rejected: 'Refusée',
        cancelled: 'Annulée',
        refunded: 'Remboursée',
    },
    on: (when) => `Commandé ${when}`,
};

export default texts;
