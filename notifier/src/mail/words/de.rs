//! German.

use shared::domain::RejectionReason;

use super::{TurnWords, Words};

pub(super) const WORDS: Words = Words {
    lang: "de",
    hello: "Guten Tag",
    date: "DATUM",
    time: "UHRZEIT",
    venue: "ORT",
    total: "Summe",
    booking: "Buchung",
    your_booking: "Ihre Buchung:",
    show_booking: "Buchung ansehen",
    see_what_is_left: "Sehen, was noch frei ist",
    why_this_mail: "Sie erhalten diese E-Mail wegen Ihrer Buchung. Sie kann nicht beantwortet werden.",
    confirmed_subject: "Ihre Tickets für {title}",
    confirmed_headline: "Ihre Tickets sind da",
    confirmed_once_headline: "Ihre Buchung",
    confirmed: "Ihre Buchung ist bestätigt. Die Tickets hängen als PDF an, jedes auf einer Seite: Drucken Sie sie aus \
                oder zeigen Sie die Codes auf dem Telefon. Jeder Code gilt für einen Einlass.",
    confirmed_once: "Ihre Buchung wurde bestätigt und inzwischen storniert; ihre Tickets gelten nicht mehr.",
    cancelled_subject: "Ihre Buchung für {title} ist storniert",
    cancelled_headline: "Ihre Buchung ist storniert",
    cancelled_by_organiser: "der Veranstalter hat diese Veranstaltung abgesagt; damit ist auch Ihre Buchung storniert.",
    cancelled_by_you: "Ihre Buchung ist wie gewünscht storniert.",
    no_longer_valid: "Ihre Tickets gelten nicht mehr.",
    goes_back: "werden auf Ihr Zahlungsmittel zurückgebucht.",
    bank_takes_days: "Bis Ihre Bank es anzeigt, kann es einige Tage dauern.",
    rejected_subject: "Ihre Buchung für {title} hat nicht geklappt",
    rejected_headline: "Ihre Buchung hat nicht geklappt",
    rejected: "es tut uns leid: Ihre Buchung konnte nicht abgeschlossen werden.",
    not_charged: "Es wurde nichts abgebucht.",
    reserved: "Falls Ihre Bank {total} als vorgemerkt anzeigt, verschwindet das von selbst.",
    reason,
    offer_subject: "Sie sind dran auf der Warteliste: {title}",
    offer_headline: "Es sind Tickets zurückgekommen",
    offer: "worauf Sie warten, ist zurückgekommen und für Sie reserviert:",
    offer_until: "Bitte zahlen Sie bis {time} am {date}.",
    offer_then: "Danach bekommt es die nächste Person auf der Liste.",
    offer_button: "Zur Kasse",
    lapsed_subject: "Ihr Angebot für {title} ist abgelaufen",
    lapsed_headline: "Ihr Angebot ist abgelaufen",
    lapsed: "die Zeit zum Bezahlen ist um, und die Tickets gingen an die nächste Person auf der Warteliste. Sie stehen nicht mehr auf der Liste.",
    lapsed_again: "Wenn Sie weiterhin Tickets möchten, können Sie sich am Ende wieder eintragen.",
    lapsed_button: "Wieder eintragen",
    why_offer: "Sie erhalten diese E-Mail, weil Sie sich auf die Warteliste dieser Veranstaltung gesetzt haben. Sie kann nicht beantwortet werden.",
};

pub(super) const TURN: TurnWords = TurnWords {
    headline: "Sie sind an der Reihe",
    subject: "Sie sind an der Reihe: {title}",
    come_in_by: "die Tür des Warteraums steht Ihnen offen. Kommen Sie bis {time} herein und wählen Sie Ihre Tickets; danach ist die nächste Person an der Reihe.",
    by: "HEREINKOMMEN BIS",
    come_in: "Hereinkommen und Plätze wählen",
    why_this_mail: "Sie wollten erfahren, wann Sie im Warteraum an der Reihe sind. Dies war die einzige E-Mail dazu; eine nur dafür angegebene Adresse wird jetzt gelöscht.",
    push: "{title}: bis {time} hereinkommen.",
};

fn reason(reason: RejectionReason) -> &'static str {
    match reason {
        RejectionReason::SeatTaken => "Bei einem der Plätze war jemand anders schneller.",
        RejectionReason::AreaFull => "Im Stehbereich ist kein Platz mehr.",
        RejectionReason::LimitReached => {
            "Sie hätten mehr Tickets, als eine Person für diese Veranstaltung haben darf."
        }
        RejectionReason::HoldLost => {
            "Ihre Reservierung ist abgelaufen, und jemand anders hat einen der Plätze genommen."
        }
        RejectionReason::PaymentVoided => "Die Zahlung wurde freigegeben, bevor die Buchung zustande kam.",
        RejectionReason::EventNotOnSale => "Für diese Veranstaltung werden keine Tickets mehr verkauft.",
        RejectionReason::Dropped => "Bei uns ist ein Fehler aufgetreten.",
    }
}
