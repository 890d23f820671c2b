import type { Texts } from './en';

const texts: Texts = {
    title: 'Publier',
    ready: 'Tout y est.',
    readyHint:
        'Une fois publié, l’événement est visible. L’ouverture des ventes, la devise et le mode de vente sont alors fixés.',
    missing: 'Il manque encore :',
    items: {
        start_in_the_past: 'Le début est dans le passé',
        no_price: 'Au moins un prix',
        no_seat_map: 'Un plan de salle',
        every_seat_blocked: 'Au moins une place à vendre',
        tier_without_price: 'Un prix pour chaque couleur du plan',
    },
    saveFirst: 'Enregistrez d’abord vos modifications.',
    button: 'Publier l’événement',
    done: 'L’événement est publié.',
    deleteDraft: 'Supprimer le brouillon',
    deleteSure: 'Supprimer ce brouillon pour de bon ?',
    deleteHint: 'Son plan de salle et ses prix partent avec lui. C’est irréversible.',
    cancelEvent: 'Annuler l’événement',
    cancelTitle: 'Annuler l’événement ?',
    cancelHint:
        'Chaque réservation est annulée, chacun est remboursé et prévenu par e-mail. C’est irréversible.',
    cancelType: (title) => `Tapez « ${title} » pour confirmer`,
    cancelDone: 'L’événement est annulé. Les remboursements sont en route.',
    cancelledNotice: 'Cet événement a été annulé. Chaque réservation est annulée et remboursée.',
    dangerTitle: 'Sans retour',
};

export default texts;
