//! Facts that were committed: what happened, with ids only. No personal data travels; a receiver that needs more
//! reads it from the store.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{BookingId, EventId, HoldId, MessageId, OfferId, PlaceId, TicketId, UserId};

/// A fact on the topic exchange; the routing key is [`EventKind::routing_key`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The same in every delivery; receivers drop what they have seen.
    pub id: MessageId,
    /// Version of this contract, 1.
    pub version: u16,
    /// When it was committed.
    #[serde(with = "time::serde::rfc3339")]
    pub occurred_at: OffsetDateTime,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum EventKind {
    /// Tickets exist.
    #[serde(rename = "booking.confirmed")]
    BookingConfirmed(BookingFact),
    /// No tickets; all money returned. `reason` says why.
    #[serde(rename = "booking.rejected")]
    BookingRejected(BookingFact),
    /// Tickets withdrawn, money returned.
    #[serde(rename = "booking.cancelled")]
    BookingCancelled(BookingFact),
    /// A place may come in until the deadline.
    #[serde(rename = "place.admitted")]
    PlaceAdmitted(PlacesAdmitted),
    /// A ticket admitted somebody at a door.
    #[serde(rename = "ticket.used")]
    TicketUsed(TicketFact),
    /// Somebody asked for the mail of a confirmed booking once more.
    #[serde(rename = "mail.requested")]
    MailRequested(MailRequest),
    /// Returned seats are held for somebody of a waiting list.
    #[serde(rename = "offer.made")]
    OfferMade(OfferFact),
    /// The time of an offer ran out.
    #[serde(rename = "offer.lapsed")]
    OfferLapsed(OfferFact),
}

/// About one booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingFact {
    /// The booking.
    pub booking_id: BookingId,
    /// Its event.
    pub event_id: EventId,
    /// Whose it is.
    pub user_id: UserId,
    /// Of a rejection: a stable word.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// About places released together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacesAdmitted {
    /// Their event.
    pub event_id: EventId,
    /// The places.
    pub places: Vec<PlaceId>,
    /// Until when each must be claimed, Unix ms.
    pub claim_until_ms: i64,
}

/// About one ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketFact {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its booking.
    pub booking_id: BookingId,
    /// Its event.
    pub event_id: EventId,
    /// Whose it is.
    pub user_id: UserId,
}

/// About a mail that was asked for again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailRequest {
    /// The booking.
    pub booking_id: BookingId,
    /// Its event.
    pub event_id: EventId,
    /// Whose it is.
    pub user_id: UserId,
    /// Which one it is, from 1.
    pub copy: u32,
}

/// About an offer of a waiting list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferFact {
    /// The offer.
    pub offer_id: OfferId,
    /// Its event.
    pub event_id: EventId,
    /// To whom.
    pub user_id: UserId,
    /// What is held: this leads to the checkout.
    pub hold_id: HoldId,
    /// Until when it stood when it was made, Unix ms.
    pub until_ms: i64,
}

impl MailRequest {
    /// What the templates of all such mails begin with.
    pub const TEMPLATES: &str = "booking-confirmed-copy-";

    /// The name its row in `notifications` has. A mail of its own: a Message-ID that was there before would make it
    /// vanish in the recipient's mailbox.
    #[must_use]
    pub fn template(&self) -> String {
        format!("{}{}", Self::TEMPLATES, self.copy)
    }
}

impl Event {
    /// A fact with a new id.
    #[must_use]
    pub fn new(kind: EventKind, occurred_at: OffsetDateTime) -> Self {
        Self { id: MessageId::new(), version: 1, occurred_at, kind }
    }
}

impl EventKind {
    /// The routing key, the same as `type` in the message.
    #[must_use]
    pub fn routing_key(&self) -> &'static str {
        match self {
            Self::BookingConfirmed(_) => "booking.confirmed",
            Self::BookingRejected(_) => "booking.rejected",
            Self::BookingCancelled(_) => "booking.cancelled",
            Self::PlaceAdmitted(_) => "place.admitted",
            Self::TicketUsed(_) => "ticket.used",
            Self::MailRequested(_) => "mail.requested",
            Self::OfferMade(_) => "offer.made",
            Self::OfferLapsed(_) => "offer.lapsed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_carries_its_routing_key_as_type() {
        let fact = BookingFact {
            booking_id: BookingId::new(),
            event_id: EventId::new(),
            user_id: UserId::new(),
            reason: None,
        };
        let event = Event::new(EventKind::BookingConfirmed(fact), OffsetDateTime::UNIX_EPOCH);
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(json["type"], event.kind.routing_key());
        assert_eq!(json["version"], 1);
        assert_eq!(serde_json::from_value::<Event>(json).unwrap(), event);
    }
}
