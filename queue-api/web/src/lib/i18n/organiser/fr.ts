import { plural } from '../plural';
import codes from './codes/fr';
import form from './form/fr';
import live from './live/fr';
import map from './map/fr';
import orders from './orders/fr';
import planned from './planned/fr';
import publish from './publish/fr';
import robots from './robots/fr';
import type { Texts } from './en';

const texts: Texts = {
    title: 'Organiser',
    needSignIn: 'Connectez-vous avec un compte d’organisateur pour créer et piloter des événements.',
    signIn: 'Se connecter',
    wrongRole: 'Votre compte n’est pas un compte d’organisateur. Demandez à l’administration de le changer.',
    retry: 'Réessayer',
    save: 'Enregistrer',
    saved: 'Enregistré.',
    saving: 'Enregistrement …',
    cancel: 'Annuler',
    close: 'Fermer',
    remove: 'Retirer',
    add: 'Ajouter',
    unknown: '–',

    tabs: {
        label: 'Cet événement',
        edit: 'Événement',
        live: 'En direct',
        orders: 'Commandes',
        page: 'Page publique',
    },
    status: { draft: 'Brouillon', published: 'Publié', cancelled: 'Annulé', archived: 'Terminé' },

    leave: {
        title: 'Quitter sans enregistrer ?',
        text: 'Vos modifications sur cette page seraient perdues.',
        action: 'Quitter',
    },

    list: {
        title: 'Vos événements',
        create: 'Nouvel événement',
        empty: 'Vous n’avez pas encore d’événement.',
        emptyHint:
            'Créez-en un : quoi et où, les prix, un plan de salle. Personne ne le voit avant sa publication.',
        sold: (sold, capacity) => `${sold} vendus sur ${capacity}`,
        filter: 'Afficher',
        filters: { all: 'Tous', draft: 'Brouillons', published: 'Publiés', over: 'Terminés' },
        none: 'Aucun événement de ce genre.',
        next: {
            missing: (n, locale) =>
                plural(locale, n, { one: '# élément manque', other: '# éléments manquent' }),
            ready: 'Prêt à publier',
            opens: (when) => `Ouverture des ventes ${when}`,
            onSale: 'En vente',
            soldOut: 'Complet',
            over: 'Rien à faire',
            began: 'L’événement a commencé',
        },
        edit: 'Modifier',
        live: 'Tableau en direct',
        orders: 'Commandes',
        door: 'Entrée',
    },

    poster: {
        title: 'Affiche',
        hint: 'JPEG, PNG ou WebP ; affichée sur la page de l’événement et dans les listes.',
        choose: 'Choisir une image',
        replace: 'Choisir une autre image',
        remove: 'Retirer l’affiche',
        alt: 'Ce qu’elle montre, pour qui ne peut pas la voir',
        none: 'Pas encore d’affiche',
        preview: 'L’affiche actuelle',
    },

    picture: {
        uploading: 'Envoi …',
        tooLarge: (limit) => `L’image est trop grande ; au plus ${limit}.`,
        notAPicture:
            'Ce fichier n’est pas une image utilisable : JPEG, PNG ou WebP, au moins 320 × 200 pixels, aucun côté plus de trois fois l’autre.',
    },

    form,
    publish,
    map,
    codes,
    robots,
    live,
    planned,
    orders,
};

export default texts;
