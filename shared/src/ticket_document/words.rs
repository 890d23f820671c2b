//! What is printed on every ticket, in each language Onsale speaks.

use crate::domain::Locale;

/// The texts of one language.
pub(super) struct Words {
    /// Of the file, before the event's title.
    pub(super) tickets: &'static str,
    /// With `{n}` and `{all}`.
    pub(super) count: &'static str,
    pub(super) date: &'static str,
    pub(super) time: &'static str,
    pub(super) venue: &'static str,
    pub(super) admits_to: &'static str,
    pub(super) holder: &'static str,
    pub(super) category: &'static str,
    pub(super) price: &'static str,
    pub(super) booking: &'static str,
    pub(super) show: &'static str,
    pub(super) once: &'static str,
    /// What a holder should know, in three columns.
    pub(super) advice: [(&'static str, &'static str); 3],
}

pub(super) fn words(locale: Locale) -> &'static Words {
    match locale {
        Locale::En => &ENGLISH,
        Locale::De => &GERMAN,
        Locale::Fr => &FRENCH,
    }
}

const ENGLISH: Words = Words {
    tickets: "Tickets",
    count: "Ticket {n} of {all}",
    date: "DATE",
    time: "TIME",
    venue: "VENUE",
    admits_to: "ADMITS ONE TO",
    holder: "TICKET HOLDER",
    category: "CATEGORY",
    price: "PRICE",
    booking: "Booking",
    show: "Show this code at the door",
    once: "It admits one person, once.",
    advice: [
        (
            "Admits once",
            "The first scan of this code opens the door, every later one is refused. Show it to nobody before.",
        ),
        (
            "Paper or phone",
            "Bring this page, or show the code on a bright screen. It works without a network.",
        ),
        (
            "Plans changed?",
            "Your booking, with everything you can do with it, is in your account; without one, follow the link in your mail.",
        ),
    ],
};

const GERMAN: Words = Words {
    tickets: "Tickets",
    count: "Ticket {n} von {all}",
    date: "DATUM",
    time: "UHRZEIT",
    venue: "ORT",
    admits_to: "GILT FÜR EINE PERSON",
    holder: "GEBUCHT VON",
    category: "KATEGORIE",
    price: "PREIS",
    booking: "Buchung",
    show: "Diesen Code am Einlass zeigen",
    once: "Er gilt für eine Person, einmal.",
    advice: [
        (
            "Gilt einmal",
            "Der erste Scan dieses Codes öffnet die Tür, jeder weitere wird abgewiesen. Zeigen Sie ihn vorher niemandem.",
        ),
        (
            "Papier oder Telefon",
            "Bringen Sie diese Seite mit oder zeigen Sie den Code auf einem hellen Bildschirm. Ein Netz braucht es nicht.",
        ),
        (
            "Pläne geändert?",
            "Ihre Buchung und alles, was Sie damit tun können, finden Sie in Ihrem Konto; ohne Konto führt der Link in der Mail hin.",
        ),
    ],
};

const FRENCH: Words = Words {
    tickets: "Billets",
    count: "Billet {n} sur {all}",
    date: "DATE",
    time: "HEURE",
    venue: "LIEU",
    admits_to: "VALABLE POUR UNE PERSONNE",
    holder: "RÉSERVÉ PAR",
    category: "CATÉGORIE",
    price: "PRIX",
    booking: "Réservation",
    show: "Présentez ce code à l’entrée",
    once: "Il fait entrer une personne, une fois.",
    advice: [
        (
            "Une seule entrée",
            "Le premier scan de ce code ouvre la porte, les suivants sont refusés. Ne le montrez à personne avant.",
        ),
        (
            "Papier ou téléphone",
            "Apportez cette page ou montrez le code sur un écran lumineux. Aucun réseau n’est nécessaire.",
        ),
        (
            "Changement de plans ?",
            "Votre réservation, avec tout ce que vous pouvez en faire, est dans votre compte ; sans compte, suivez le lien de l’e-mail.",
        ),
    ],
};
