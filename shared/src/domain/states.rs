//! The words a state can be, as stored and as sent. The transitions live beside the things they change; the
//! database repeats each list as a CHECK.

use serde::{Deserialize, Serialize};

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
        )]
        #[sqlx(type_name = "text")]
        // What utoipa documents: it cannot see through a macro's literal. A test compares both.
        #[schema(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] #[sqlx(rename = $text)] $variant,)*
        }

        impl $name {
            /// The word as stored and sent.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownState;

            fn from_str(text: &str) -> Result<Self, UnknownState> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(UnknownState { kind: stringify!($name), text: text.to_owned() }),
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = UnknownState;

            fn try_from(text: String) -> Result<Self, UnknownState> {
                text.parse()
            }
        }
    )*};
}

/// A stored or received word that is none of the known ones.
#[derive(Debug, thiserror::Error)]
#[error("{text:?} is not a {kind}")]
pub struct UnknownState {
    kind: &'static str,
    text: String,
}

states! {
    /// A language Onsale speaks.
    Locale {
        /// English.
        En = "en",
        /// German.
        De = "de",
        /// French.
        Fr = "fr",
    }
    /// How an event sells: booked at once, or through a waiting room.
    Demand {
        /// Booked in the same response.
        Direct = "direct",
        /// Through the waiting room and the booking queue.
        Queue = "queue",
    }
    /// `waiting ⇄ offered → served | lapsed | declined`; also `left` and `closed`.
    EntryStatus {
        /// Waits for seats to return.
        Waiting = "waiting",
        /// Seats are held for it.
        Offered = "offered",
        /// Bought what was offered.
        Served = "served",
        /// Let an offer's time run out.
        Lapsed = "lapsed",
        /// Gave an offer back.
        Declined = "declined",
        /// Does not want any more.
        Left = "left",
        /// The event began or was called off, or the person has all the tickets one may have.
        Closed = "closed",
    }
    /// `draft → published → cancelled | archived`.
    EventStatus {
        /// Seen by its organiser only.
        Draft = "draft",
        /// Seen and sold.
        Published = "published",
        /// Called off; every booking is refunded.
        Cancelled = "cancelled",
        /// Over.
        Archived = "archived",
    }
    /// What kind of event it is.
    Category {
        /// Music.
        Concert = "concert",
        /// Theatre, opera, dance.
        Theatre = "theatre",
        /// A match or a race.
        Sport = "sport",
        /// Stand-up and improvisation.
        Comedy = "comedy",
        /// Several acts, often several days.
        Festival = "festival",
        /// Talks.
        Conference = "conference",
        /// A film.
        Cinema = "cinema",
        /// Anything else.
        Other = "other",
    }
    /// `scheduled → lobby → open ⇄ paused → closed`.
    RoomPhase {
        /// Nobody may join yet.
        Scheduled = "scheduled",
        /// Joins are collected; their order will be drawn.
        Lobby = "lobby",
        /// Drawn; places are released.
        Open = "open",
        /// Joins go on, releases wait.
        Paused = "paused",
        /// Sold out or over.
        Closed = "closed",
    }
    /// `planned → applied | refused | cancelled`: what became of a planned change of a waiting room.
    ChangeOutcome {
        /// It came into force.
        Applied = "applied",
        /// The phase did not allow it when its time came.
        Refused = "refused",
        /// Taken back before its time.
        Cancelled = "cancelled",
    }
    /// `processing → confirmed | rejected`, then `cancelled → refunded`.
    BookingStatus {
        /// Accepted, not yet decided.
        Processing = "processing",
        /// Tickets exist.
        Confirmed = "confirmed",
        /// No tickets; all money returned.
        Rejected = "rejected",
        /// Tickets withdrawn; money on its way back.
        Cancelled = "cancelled",
        /// Tickets withdrawn, money returned.
        Refunded = "refunded",
    }
    /// Why an accepted booking ended without tickets.
    RejectionReason {
        /// Another booking has one of the seats.
        SeatTaken = "seat_taken",
        /// The standing area has no room left.
        AreaFull = "area_full",
        /// The fan would have more tickets than the event allows.
        LimitReached = "limit_reached",
        /// The hold ran out and somebody else holds one of the seats.
        HoldLost = "hold_lost",
        /// The payment was let go before the booking was processed.
        PaymentVoided = "payment_voided",
        /// The event is not sold any more.
        EventNotOnSale = "event_not_on_sale",
        /// An operator dropped the command.
        Dropped = "dropped",
    }
    /// `pending → authorized → captured → refunded`, or `voided`, `failed`.
    PaymentStatus {
        /// Nothing reserved yet.
        Pending = "pending",
        /// Reserved on the fan's card.
        Authorized = "authorized",
        /// Taken.
        Captured = "captured",
        /// Given back.
        Refunded = "refunded",
        /// The reservation was let go.
        Voided = "voided",
        /// The gateway said no, for good.
        Failed = "failed",
    }
    /// `valid → used`, or `cancelled`, `transferred`.
    TicketStatus {
        /// Admits once.
        Valid = "valid",
        /// Has admitted.
        Used = "used",
        /// Withdrawn.
        Cancelled = "cancelled",
        /// Passed on; its successor admits.
        Transferred = "transferred",
    }
    /// `pending → sent | failed`.
    NotificationStatus {
        /// Waiting for its next try.
        Pending = "pending",
        /// Handed over.
        Sent = "sent",
        /// Given up.
        Failed = "failed",
    }
    /// `open → let_in | refused`, and between those two: what became of a fan that was held back.
    AppealStatus {
        /// Nobody has looked at it.
        Open = "open",
        /// No limit holds this fan back at this event any more.
        LetIn = "let_in",
        /// The limits stay as they are.
        Refused = "refused",
    }
    /// Why a fan was held back.
    HeldBackReason {
        /// Joined the waiting room too often.
        JoinedOften = "joined_often",
        /// Held seats too often.
        HeldOften = "held_often",
        /// Checked out too often.
        PaidOften = "paid_often",
        /// Chose seats faster after coming in than people can.
        HeldFast = "held_fast",
        /// Paid faster after choosing than people can.
        PaidFast = "paid_fast",
        /// Tried too many codes that were not there.
        GuessedOften = "guessed_often",
    }
    /// Who may join a waiting room.
    WaitingAccess {
        /// Everybody.
        Everyone = "everyone",
        /// Those who are signed in to an account with a password.
        Accounts = "accounts",
        /// Those who have a code.
        Invited = "invited",
    }
    /// What an account may do.
    Role {
        /// Books for itself.
        Fan = "fan",
        /// Checks tickets at a door.
        Staff = "staff",
        /// Sells its own events.
        Organiser = "organiser",
        /// Everything.
        Admin = "admin",
    }
}

impl From<Locale> for ::seat_map::RowWord {
    fn from(locale: Locale) -> Self {
        Self(match locale {
            Locale::En => "Row",
            Locale::De => "Reihe",
            Locale::Fr => "Rang",
        })
    }
}

#[cfg(test)]
mod tests {
    use utoipa::PartialSchema;

    use super::*;

    fn documented<T: PartialSchema>() -> serde_json::Value {
        serde_json::to_value(T::schema()).unwrap()["enum"].clone()
    }

    #[test]
    fn the_words_that_are_documented_are_those_that_are_sent() {
        let roles = [Role::Fan, Role::Staff, Role::Organiser, Role::Admin].map(Role::as_str);
        assert_eq!(documented::<Role>(), serde_json::json!(roles));
        let reasons = documented::<RejectionReason>();
        for reason in reasons.as_array().unwrap() {
            let word = reason.as_str().unwrap();
            assert_eq!(word.parse::<RejectionReason>().unwrap().as_str(), word);
        }
    }
}
