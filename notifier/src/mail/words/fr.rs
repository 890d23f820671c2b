//! French.

use shared::domain::RejectionReason;

use super::{TurnWords, Words};

pub(super) const WORDS: Words = Words {
    lang: "fr",
    hello: "Bonjour",
    date: "DATE",
    time: "HEURE",
    venue: "LIEU",
    total: "Total",
    booking: "Réservation",
    your_booking: "Votre réservation :",
    show_booking: "Voir ma réservation",
    see_what_is_left: "Voir ce qui reste",
    why_this_mail: "Vous recevez ce message en raison de votre réservation. Merci de ne pas y répondre.",
    confirmed_subject: "Vos billets pour {title}",
    confirmed_headline: "Vos billets sont là",
    confirmed_once_headline: "Votre réservation",
    confirmed: "votre réservation est confirmée. Les billets sont joints en PDF, un par page : imprimez-les ou \
                présentez leurs codes sur votre téléphone. Chaque code donne droit à une seule entrée.",
    confirmed_once: "votre réservation avait été confirmée, puis a été annulée ; ses billets ne sont plus valables.",
    cancelled_subject: "Votre réservation pour {title} est annulée",
    cancelled_headline: "Votre réservation est annulée",
    cancelled_by_organiser: "l’organisateur a annulé cet événement, et donc votre réservation.",
    cancelled_by_you: "votre réservation est annulée, comme vous l’avez demandé.",
    no_longer_valid: "Ses billets ne sont plus valables.",
    goes_back: "vous sont remboursés sur votre moyen de paiement.",
    bank_takes_days: "Votre banque peut mettre quelques jours à l’afficher.",
    rejected_subject: "Votre réservation pour {title} n’a pas abouti",
    rejected_headline: "Votre réservation n’a pas abouti",
    rejected: "nous sommes désolés : votre réservation n’a pas pu être menée à terme.",
    not_charged: "Vous n’avez pas été débité.",
    reserved: "Si votre banque affiche {total} en attente, ce montant sera libéré automatiquement.",
    reason,
    offer_subject: "C’est votre tour sur la liste d’attente : {title}",
    offer_headline: "Des billets sont revenus",
    offer: "ce que vous attendez est revenu et vous est réservé :",
    offer_until: "Veuillez payer avant {time}, le {date}.",
    offer_then: "Ensuite, la personne suivante sur la liste en bénéficiera.",
    offer_button: "Passer au paiement",
    lapsed_subject: "Votre offre pour {title} a expiré",
    lapsed_headline: "Votre offre a expiré",
    lapsed: "le délai de paiement est écoulé et les billets sont allés à la personne suivante. Vous n’êtes plus sur la liste d’attente.",
    lapsed_again: "Si vous voulez toujours des billets, vous pouvez vous réinscrire à la fin de la liste.",
    lapsed_button: "Se réinscrire",
    why_offer: "Vous recevez ce message car vous êtes inscrit sur la liste d’attente de cet événement. Merci de ne pas y répondre.",
};

pub(super) const TURN: TurnWords = TurnWords {
    headline: "C’est votre tour",
    subject: "C’est votre tour : {title}",
    come_in_by: "la porte de la salle d’attente vous est ouverte. Entrez avant {time} et choisissez vos billets ; ensuite, ce sera le tour de la personne suivante.",
    by: "ENTREZ AVANT",
    come_in: "Entrer et choisir des places",
    why_this_mail: "Vous avez demandé à être prévenu quand votre tour viendrait dans la salle d’attente. Il n’y aura pas d’autre message ; une adresse donnée uniquement pour cela est maintenant effacée.",
    push: "{title} : entrez avant {time}.",
};

fn reason(reason: RejectionReason) -> &'static str {
    match reason {
        RejectionReason::SeatTaken => "Quelqu’un d’autre a été plus rapide pour l’une des places.",
        RejectionReason::AreaFull => "Il n’y a plus de place dans la zone debout.",
        RejectionReason::LimitReached => {
            "Vous auriez plus de billets que le maximum autorisé par personne pour cet événement."
        }
        RejectionReason::HoldLost => {
            "Votre réservation provisoire a expiré et quelqu’un d’autre a pris l’une des places."
        }
        RejectionReason::PaymentVoided => "Le paiement a été libéré avant que la réservation soit faite.",
        RejectionReason::EventNotOnSale => "Les billets de cet événement ne sont plus en vente.",
        RejectionReason::Dropped => "Une erreur s’est produite de notre côté.",
    }
}
