//! What is said over the socket: JSON texts, version 1. Fields may be added; a change of meaning is a new version.

use serde::{Deserialize, Serialize};
use shared::{
    contracts::live::LineStatus,
    domain::{
        AreaIndex, BookingId, BookingStatus, EventId, HoldId, PlaceId, SeatIndex, TicketId, TicketStatus,
    },
};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Version of the protocol, said in `hello`.
pub const PROTOCOL_VERSION: u16 = 1;

/// What a client says.
#[derive(Debug, Deserialize)]
pub struct Request {
    /// Any short text; comes back in the answer.
    #[serde(default, rename = "ref")]
    pub reference: Option<String>,
    /// What it wants.
    #[serde(flatten)]
    pub kind: RequestKind,
}

/// What a client wants.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RequestKind {
    /// Says who it is, by access token or socket token; again before the token expires.
    Authenticate {
        /// The token.
        token: String,
    },
    /// Wants to be told.
    Subscribe(Subject),
    /// Wants to be told no longer.
    Unsubscribe(Subject),
    /// Asks for a `pong`; for clients that cannot see protocol pings.
    Ping,
}

/// What can be subscribed to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum Subject {
    /// The line of an event.
    Line {
        /// The event.
        event: EventId,
    },
    /// The seats of an event.
    Seats {
        /// The event.
        event: EventId,
    },
    /// One's place in a waiting room.
    Place {
        /// The place's own token.
        token: String,
    },
    /// One's bookings and tickets; after `authenticate`.
    Bookings,
}

/// What the server says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Reply {
    /// First thing on every socket.
    Hello {
        /// [`PROTOCOL_VERSION`].
        version: u16,
        /// How often something comes at least, if only a ping; silence for twice as long means the socket is dead.
        heartbeat_ms: u64,
    },
    /// The token was good.
    Authenticated {
        /// Until when, Unix seconds.
        until: i64,
        /// The request's `ref`.
        #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
    },
    /// From now on nothing is missed.
    Subscribed {
        /// What was subscribed to.
        #[serde(flatten)]
        subject: Subscribed,
        /// The request's `ref`.
        #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
    },
    /// No more of it.
    Unsubscribed {
        /// What was unsubscribed from.
        #[serde(flatten)]
        subject: Subscribed,
        /// The request's `ref`.
        #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
    },
    /// The line of an event, about once a second; more seldom where very many hear it.
    Line {
        /// The event.
        event: EventId,
        /// How it stands.
        #[serde(flatten)]
        status: LineStatus,
    },
    /// Seats that changed, in order: good for a client whose version is `after`.
    Seats {
        /// The event.
        event: EventId,
        /// The version these changes follow on. A client that is not that far has missed some and takes a snapshot.
        after: u64,
        /// The version after them.
        version: u64,
        /// Pairs of seat index and state, each seat once.
        seats: Vec<(SeatIndex, u8)>,
        /// Pairs of standing area and places left.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        areas: Vec<(AreaIndex, u32)>,
        /// The hash of the geometry from now on, when it was painted anew.
        #[serde(skip_serializing_if = "Option::is_none")]
        map: Option<String>,
    },
    /// Changes may have been missed: take a snapshot.
    Resync {
        /// Always "seats".
        to: &'static str,
        /// The event.
        event: EventId,
    },
    /// One's place.
    Place {
        /// The place.
        place: PlaceId,
        /// Its event.
        event: EventId,
        /// How it stands.
        state: PlaceState,
        /// When admitted: until when it must be claimed, or until when its pass lives, Unix ms.
        #[serde(skip_serializing_if = "Option::is_none")]
        until_ms: Option<i64>,
    },
    /// One of one's bookings was decided.
    Booking {
        /// The booking.
        booking: BookingId,
        /// Its event.
        event: EventId,
        /// Where it stands now.
        status: BookingStatus,
        /// Why it was rejected, a stable word.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// One of one's tickets changed.
    Ticket {
        /// The ticket.
        ticket: TicketId,
        /// Its booking.
        booking: BookingId,
        /// Its event.
        event: EventId,
        /// Where it stands now.
        status: TicketStatus,
    },
    /// Something returned and is held for one, or was until now.
    Offer {
        /// The event.
        event: EventId,
        /// Leads to the checkout.
        hold: HoldId,
        /// `offered` or `lapsed`.
        state: &'static str,
        /// Until when it can be paid, Unix ms.
        until_ms: i64,
    },
    /// Something the client said did not work.
    Error {
        /// A stable word.
        code: &'static str,
        /// For people.
        detail: String,
        /// The request's `ref`.
        #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
    },
    /// To a `ping`.
    Pong {
        /// The request's `ref`.
        #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
    },
}

/// A subject as the server names it: without secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum Subscribed {
    /// The line of an event.
    Line {
        /// The event.
        event: EventId,
    },
    /// The seats of an event.
    Seats {
        /// The event.
        event: EventId,
    },
    /// One's place.
    Place {
        /// The place.
        place: PlaceId,
    },
    /// One's bookings.
    Bookings,
}

/// How a place stands, as far as the socket tells; the API tells the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceState {
    /// Not admitted now: still waiting, or over.
    Waiting,
    /// May come in.
    Admitted,
}

impl Reply {
    /// The text on the wire, encoded once however many sockets get it.
    #[must_use]
    pub fn encode(&self) -> Utf8Bytes {
        // Numbers, texts and maps with text keys always encode.
        serde_json::to_string(self).map(Utf8Bytes::from).unwrap_or_default()
    }
}

/// Close codes of our own (RFC 6455 leaves 4000–4999 to applications).
pub mod close {
    /// Fell too far behind; connect again and take a snapshot.
    pub const TOO_SLOW: u16 = 4001;
    /// Said too much too fast.
    pub const TOO_MANY_MESSAGES: u16 = 4002;
    /// The process stops; connect again (to another).
    pub const SERVICE_RESTART: u16 = 1012;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_read_as_documented() {
        let event = EventId::new();
        let text = format!(r#"{{"type":"subscribe","to":"seats","event":"{event}","ref":"7"}}"#);
        let request: Request = serde_json::from_str(&text).unwrap();
        assert_eq!(request.reference.as_deref(), Some("7"));
        assert!(matches!(request.kind, RequestKind::Subscribe(Subject::Seats { event: e }) if e == event));
        let request: Request = serde_json::from_str(r#"{"type":"subscribe","to":"bookings"}"#).unwrap();
        assert!(matches!(request.kind, RequestKind::Subscribe(Subject::Bookings)));
        for wrong in ["", "[]", "{}", r#"{"type":"subscribe"}"#, r#"{"type":"subscribe","to":"line"}"#] {
            assert!(serde_json::from_str::<Request>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn replies_are_written_as_documented() {
        let event = EventId(uuid::Uuid::nil());
        let seats =
            Reply::Seats { event, after: 6, version: 8, seats: vec![(12, 1)], areas: Vec::new(), map: None };
        let nil = uuid::Uuid::nil();
        assert_eq!(
            seats.encode().as_str(),
            format!(r#"{{"type":"seats","event":"{nil}","after":6,"version":8,"seats":[[12,1]]}}"#)
        );
        let subject = Subscribed::Line { event };
        let subscribed = Reply::Subscribed { subject, reference: Some("a".into()) };
        assert_eq!(
            subscribed.encode().as_str(),
            format!(r#"{{"type":"subscribed","to":"line","event":"{nil}","ref":"a"}}"#)
        );
    }
}
