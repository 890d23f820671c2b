import type { Texts } from './en';

const texts: Texts = {
    skip: 'Aller au contenu',
    menu: 'Menu',
    events: 'Événements',
    tickets: 'Mes billets',
    organise: 'Organiser',
    door: 'Contrôle',
    account: 'Compte',
    signIn: 'Se connecter',
    language: 'Langue',
    footer: 'Onsale : des billets équitables pour tous.',
    apiDocs: 'API',
    loading: 'Chargement …',
    retry: 'Réessayer',
    close: 'Fermer',
    back: 'Retour',
    offline: 'Vous êtes hors ligne. Ce que vous voyez n’est peut-être plus à jour.',
    reconnecting: 'La connexion en direct est interrompue ; reconnexion …',
    notFoundTitle: 'Rien ici',
    notFound: 'Cette page n’existe pas, ou elle ne vous est pas destinée.',
    home: 'Vers tous les événements',
    errorTitle: 'Cela n’a pas fonctionné',
};

export default texts;
