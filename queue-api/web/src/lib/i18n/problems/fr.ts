import type { Texts } from './en';

const texts: Texts = {
    offline: 'Le serveur est injoignable. Vérifiez votre connexion ; rien n’est perdu.',
    internal: 'Un problème est survenu de notre côté. Réessayez dans un instant.',
    unavailable: 'Il y a énormément de monde en ce moment. Rien n’est perdu ; réessayez dans un instant.',
    timeout: 'Cela a pris trop de temps. Vous pouvez réessayer sans risque.',
    unauthorized: 'Veuillez vous connecter.',
    'not-found': 'Cela n’existe pas, ou ne vous appartient pas.',
    'role-needed': 'Votre compte n’en a pas le droit.',
    'cross-site': 'Cette demande venait d’un autre site et a été refusée.',
    invalid: 'Veuillez vérifier les champs signalés.',
    'email-taken': 'Un compte existe déjà avec cette adresse e-mail. Vous connecter plutôt ?',
    'too-many-requests': 'C’était trop fréquent. Patientez un peu.',
    'request-under-way': 'Votre première demande est encore en cours.',
    'pass-needed': 'Cet événement se vend par sa salle d’attente. Entrez-y pour avoir votre tour.',
    'pass-invalid': 'Votre accès ne vaut pas pour cet événement.',
    'pass-over': 'Votre temps d’achat est écoulé.',
    'seats-taken': 'Quelqu’un a été plus rapide pour ces places.',
    'area-full': 'Il ne reste pas autant de places ici.',
    'not-enough-seats': 'Il n’y a plus autant de places côte à côte.',
    'limit-reached': 'C’est plus que ce qu’une personne peut acheter.',
    'hold-exists': 'Des places sont déjà retenues pour vous.',
    'hold-expired': 'Le temps de paiement est écoulé, les places ont été libérées.',
    'sale-not-open': 'La vente n’est pas encore ouverte.',
    'sale-over': 'La vente est terminée.',
    'not-on-sale': 'Cet événement n’est pas en vente.',
    'payment-declined': 'La carte a été refusée. Rien n’a été débité ; essayez une autre carte.',
    'payment-over': 'Ce paiement a été abandonné. Rien n’a été débité.',
    'booking-rejected': 'La réservation n’a pas abouti. Rien n’a été débité.',
    'cancellation-closed': 'Il est trop tard pour annuler.',
    'ticket-used': 'Un billet de cette réservation a déjà été utilisé.',
    'precondition-failed': 'Quelqu’un d’autre l’a modifié entre-temps. Veuillez recharger.',
    'held-back': (code) =>
        `C’était plus rapide ou plus fréquent que d’ordinaire. Patientez un peu, puis réessayez. Si cela n’aide pas, donnez ce code à l’organisateur : ${code}`,
    other: (detail) => detail,
};

export default texts;
