//! English.

use shared::domain::RejectionReason;

use super::{TurnWords, Words};

pub(super) const WORDS: Words = Words {
    lang: "en",
    hello: "Hello",
    date: "DATE",
    time: "TIME",
    venue: "VENUE",
    total: "Total",
    booking: "Booking",
    your_booking: "Your booking:",
    show_booking: "Show my booking",
    see_what_is_left: "See what is left",
    why_this_mail: "You get this mail because of your booking. It cannot be answered.",
    confirmed_subject: "Your tickets for {title}",
    confirmed_headline: "Your tickets are here",
    confirmed_once_headline: "Your booking",
    confirmed: "your booking is confirmed. The tickets are attached as a PDF, one page each: print them, or show \
                their codes on your phone. Each code admits once.",
    confirmed_once: "your booking was confirmed and has been cancelled since; its tickets are no longer valid.",
    cancelled_subject: "Your booking for {title} is cancelled",
    cancelled_headline: "Your booking is cancelled",
    cancelled_by_organiser: "the organiser has cancelled this event, and with it your booking.",
    cancelled_by_you: "your booking is cancelled, as you asked.",
    no_longer_valid: "Its tickets are no longer valid.",
    goes_back: "goes back to where it came from.",
    bank_takes_days: "Your bank may take a few days to show it.",
    rejected_subject: "Your booking for {title} did not work out",
    rejected_headline: "Your booking did not work out",
    rejected: "we are sorry: your booking could not be completed.",
    not_charged: "You were not charged.",
    reserved: "If your bank shows {total} as reserved, it lets go of it by itself.",
    reason,
    offer_subject: "Your turn on the waiting list: {title}",
    offer_headline: "Tickets have returned",
    offer: "what you are waiting for has returned, and is held for you:",
    offer_until: "Please pay by {time} on {date}.",
    offer_then: "After that the next person on the list gets it.",
    offer_button: "Go to checkout",
    lapsed_subject: "Your offer for {title} has run out",
    lapsed_headline: "Your offer has run out",
    lapsed: "your time to pay is over, and the tickets went to the next person on the waiting list. You are no longer on the list.",
    lapsed_again: "If you still want tickets, you may join again at the end.",
    lapsed_button: "Join again",
    why_offer: "You get this mail because you joined the waiting list of this event. It cannot be answered.",
};

pub(super) const TURN: TurnWords = TurnWords {
    headline: "It is your turn",
    subject: "It is your turn: {title}",
    come_in_by: "the door of the waiting room is open for you. Come in by {time} and choose your tickets; after that the turn goes to the next person.",
    by: "COME IN BY",
    come_in: "Come in and choose seats",
    why_this_mail: "You asked to be told when your turn in the waiting room comes. This was the only mail about it; an address that was given for it only is deleted now.",
    push: "{title}: come in by {time}.",
};

fn reason(reason: RejectionReason) -> &'static str {
    match reason {
        RejectionReason::SeatTaken => "Somebody else was faster with one of the seats.",
        RejectionReason::AreaFull => "The standing area has no room left.",
        RejectionReason::LimitReached => {
            "You would have more tickets than one person may have for this event."
        }
        RejectionReason::HoldLost => "Your reservation ran out and somebody else has taken a seat of it.",
        RejectionReason::PaymentVoided => "The payment was let go before the booking was made.",
        RejectionReason::EventNotOnSale => "Tickets for this event are not sold any more.",
        RejectionReason::Dropped => "It met a fault on our side.",
    }
}
