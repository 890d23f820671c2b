//! What the mails say, in each language Onsale speaks. A text that a language lacks is a compile error.

mod de;
mod en;
mod fr;

use shared::domain::{Locale, RejectionReason};

/// The texts of one language.
pub(super) struct Words {
    /// For `<html lang>`.
    pub(super) lang: &'static str,
    /// Before the name.
    pub(super) hello: &'static str,
    pub(super) date: &'static str,
    pub(super) time: &'static str,
    pub(super) venue: &'static str,
    pub(super) total: &'static str,
    /// Before the booking's id.
    pub(super) booking: &'static str,
    /// Before the booking's address.
    pub(super) your_booking: &'static str,
    pub(super) show_booking: &'static str,
    pub(super) see_what_is_left: &'static str,
    pub(super) why_this_mail: &'static str,

    /// With `{title}`.
    pub(super) confirmed_subject: &'static str,
    pub(super) confirmed_headline: &'static str,
    /// When it was cancelled before the mail went out.
    pub(super) confirmed_once_headline: &'static str,
    pub(super) confirmed: &'static str,
    pub(super) confirmed_once: &'static str,

    /// With `{title}`.
    pub(super) cancelled_subject: &'static str,
    pub(super) cancelled_headline: &'static str,
    pub(super) cancelled_by_organiser: &'static str,
    pub(super) cancelled_by_you: &'static str,
    pub(super) no_longer_valid: &'static str,
    /// After an amount of money.
    pub(super) goes_back: &'static str,
    pub(super) bank_takes_days: &'static str,

    /// With `{title}`.
    pub(super) rejected_subject: &'static str,
    pub(super) rejected_headline: &'static str,
    pub(super) rejected: &'static str,
    pub(super) not_charged: &'static str,
    /// With `{total}`.
    pub(super) reserved: &'static str,
    pub(super) reason: fn(RejectionReason) -> &'static str,

    /// With `{title}`.
    pub(super) offer_subject: &'static str,
    pub(super) offer_headline: &'static str,
    pub(super) offer: &'static str,
    /// With `{time}` and `{date}`.
    pub(super) offer_until: &'static str,
    pub(super) offer_then: &'static str,
    pub(super) offer_button: &'static str,
    /// With `{title}`.
    pub(super) lapsed_subject: &'static str,
    pub(super) lapsed_headline: &'static str,
    pub(super) lapsed: &'static str,
    pub(super) lapsed_again: &'static str,
    pub(super) lapsed_button: &'static str,
    pub(super) why_offer: &'static str,
}

/// The texts about a turn in a waiting room, of one language.
pub(crate) struct TurnWords {
    pub(crate) headline: &'static str,
    /// With `{title}`.
    pub(crate) subject: &'static str,
    /// With `{time}`.
    pub(crate) come_in_by: &'static str,
    /// Before the time alone.
    pub(crate) by: &'static str,
    pub(crate) come_in: &'static str,
    pub(crate) why_this_mail: &'static str,
    /// What a push says below the headline, with `{title}` and `{time}`.
    pub(crate) push: &'static str,
}

/// The texts about a turn in a language.
pub(crate) fn turn_words(locale: Locale) -> &'static TurnWords {
    match locale {
        Locale::En => &en::TURN,
        Locale::De => &de::TURN,
        Locale::Fr => &fr::TURN,
    }
}

/// The texts of a language.
pub(super) fn words(locale: Locale) -> &'static Words {
    match locale {
        Locale::En => &en::WORDS,
        Locale::De => &de::WORDS,
        Locale::Fr => &fr::WORDS,
    }
}
