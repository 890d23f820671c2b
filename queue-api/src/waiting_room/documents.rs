//! What clients see of rooms and places.

use serde::{Deserialize, Serialize};
use shared::{
    clock::from_unix_ms,
    domain::{Currency, EventId, LaneIndex, PlaceId, RoomPhase, WaitingAccess},
    store::events::EventRecord,
    tokens::hex,
};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::{
    lanes::{LaneDocument, lane_counts, lane_cycle, lane_documents},
    look::{PlaceView, RoomView},
    stock::TierOnSale,
    store::RoomRecord,
};

/// Where a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceState {
    /// Waiting for the draw or for its turn.
    Waiting,
    /// It may come in: claim it before `until`.
    Offered,
    /// It has a pass, good until `until`.
    Shopping,
    /// Its offer lapsed, its pass ended, or the room closed. Joining again gives a new place.
    Over,
    /// Given up.
    Left,
}

/// A place in a waiting room.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlaceDocument {
    /// The place.
    pub id: PlaceId,
    /// Its event.
    pub event_id: EventId,
    /// Proof of the place, for the header `Onsale-Place`; given when joining, and when one's own place is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub token: Option<String>,
    /// Where it is.
    pub state: PlaceState,
    /// Phase of the room.
    pub phase: RoomPhase,
    /// Order of joining, from 0; before the draw it says nothing about the turn.
    pub ordinal: u64,
    /// Its lane, in a room that has several; 0 is everybody's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub lane: Option<LaneIndex>,
    /// Number in the line, from 0, once drawn.
    pub number: Option<u64>,
    /// How many of its lane are before it; never grows. Once drawn, while waiting.
    pub position: Option<u64>,
    /// The next number to be released.
    pub serving: u64,
    /// When the offer or the pass ends.
    #[serde(with = "time::serde::rfc3339::option")]
    pub until: Option<OffsetDateTime>,
    /// When the fan is asked "are you still here?": the claim window is over, and until `until` the offer still stands.
    #[serde(with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub grace_from: Option<OffsetDateTime>,
    /// Rough time until its turn at the pace of the last minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub wait: Option<Wait>,
    /// When to ask again, for clients without a socket.
    pub poll_after_ms: u64,
    /// WebSocket to listen on.
    pub socket_url: String,
}

/// A range of time.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Wait {
    /// Hardly less than this.
    pub from_seconds: u64,
    /// Hardly more than this, if the pace stays.
    pub to_seconds: u64,
}

/// The public status of a waiting room: the same for everybody, so a cache can carry any number of readers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RoomDocument {
    /// The event.
    pub event_id: EventId,
    /// Its phase.
    pub phase: RoomPhase,
    /// Who may join.
    pub access: WaitingAccess,
    /// Why it is paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause_reason: Option<String>,
    /// When joining opens.
    #[serde(with = "time::serde::rfc3339")]
    pub lobby_opens_at: OffsetDateTime,
    /// When the draw is made and releasing begins.
    #[serde(with = "time::serde::rfc3339")]
    pub opens_at: OffsetDateTime,
    /// The next number to be released; position = number − serving, with lanes: counted in slots of the own lane.
    pub serving: u64,
    /// The lanes, everybody's first; left out where there is only that one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lanes: Vec<LaneDocument>,
    /// The lane of each number, over and over again; left out where there is only one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cycle: Vec<LaneIndex>,
    /// How many ordinals of each lane were given; left out where there is only one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lane_next: Vec<u64>,
    /// Places that joined.
    pub joined: u64,
    /// Places that are drawn, once fixed at the opening.
    pub lobby_count: Option<u64>,
    /// SHA-256 of the seed of the draw, hex.
    pub seed_commitment: String,
    /// The seed, hex, once drawn; `docs/draw.md` says how to recompute the draw.
    pub seed: Option<String>,
    /// Most fans who may shop at once.
    pub lease_cap: u32,
    /// Most admissions in any 60 seconds.
    pub rate_per_minute: u32,
    /// How long an offer waits to be claimed.
    pub claim_window_seconds: i64,
    /// How long it stands after that, while the fan is asked "are you still here?"; 0: not at all.
    pub grace_seconds: i64,
    /// How long a claimed pass lives.
    pub pass_ttl_seconds: i64,
    /// Fans who may shop now.
    pub shopping: u64,
    /// Admissions in the last 60 seconds.
    pub admitted_last_minute: u64,
    /// Seats and standing places still available.
    pub available: Option<u64>,
    /// The same for each price tier, a little older; empty while it is not known.
    pub tiers: Vec<TierOnSale>,
    /// Of the prices.
    pub currency: Currency,
    /// Most tickets of one person.
    pub tickets_per_person: u32,
}

/// A pass: the right to shop for a while.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PassDocument {
    /// For the header `Onsale-Pass`.
    pub pass: String,
    /// The place.
    pub place_id: PlaceId,
    /// Its event.
    pub event_id: EventId,
    /// When it ends.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// The same, in milliseconds from now.
    pub expires_in_ms: i64,
}

impl PlaceState {
    /// Where a place is.
    #[must_use]
    pub fn of(room: &RoomView, place: &PlaceView) -> Self {
        match place.lease_until_ms {
            _ if place.left => Self::Left,
            Some(_) if place.claimed => Self::Shopping,
            Some(_) => Self::Offered,
            None if place.released || room.phase == RoomPhase::Closed => Self::Over,
            None => Self::Waiting,
        }
    }

    /// Whether its turn is still to come, or is now.
    #[must_use]
    pub fn lives(self) -> bool {
        matches!(self, Self::Waiting | Self::Offered | Self::Shopping)
    }
}

impl Wait {
    /// The wait at a position at the pace of the last minute; none while nobody comes in.
    #[must_use]
    pub fn at(position: u64, admitted_last_minute: u64) -> Option<Self> {
        if admitted_last_minute == 0 {
            return None;
        }
        let seconds = position.saturating_mul(60) / admitted_last_minute;
        Some(Self { from_seconds: seconds * 4 / 5, to_seconds: seconds * 3 / 2 + 10 })
    }
}

impl RoomDocument {
    /// From Redis.
    #[must_use]
    pub fn new(event: &EventRecord, view: &RoomView, available: Option<u64>) -> Self {
        Self {
            event_id: event.id,
            phase: view.phase,
            access: event.waiting_access,
            pause_reason: Some(view.pause_reason.clone()).filter(|reason| !reason.is_empty()),
            lobby_opens_at: from_unix_ms(view.settings.lobby_opens_at_ms),
            opens_at: from_unix_ms(view.settings.opens_at_ms),
            serving: view.serving,
            lanes: lane_documents(view, &event.lanes),
            cycle: lane_cycle(&view.lanes),
            lane_next: lane_counts(&view.lanes, &view.next),
            joined: view.joined,
            lobby_count: view.lobby_count,
            seed_commitment: view.commitment.clone(),
            seed: view.seed.map(|seed| hex(seed.as_bytes())),
            lease_cap: view.settings.lease_cap,
            rate_per_minute: view.settings.rate_per_minute,
            claim_window_seconds: view.settings.claim_window_ms / 1_000,
            grace_seconds: view.settings.grace_ms / 1_000,
            pass_ttl_seconds: view.settings.pass_ttl_ms / 1_000,
            shopping: view.shopping,
            admitted_last_minute: view.admitted_last_minute,
            available,
            tiers: Vec::new(),
            currency: event.currency,
            tickets_per_person: event.tickets_per_person,
        }
    }

    /// From PostgreSQL, for a room that Redis does not have.
    #[must_use]
    pub fn recorded(event: &EventRecord, record: &RoomRecord) -> Self {
        let view = RoomView {
            now_ms: 0,
            phase: record.phase,
            serving: record.checkpoint.serving,
            joined: record.checkpoint.next.sum(),
            lanes: record.slots(),
            next: record.checkpoint.next,
            lobby_count: record.lobby.map(|lobby| lobby.sum()),
            lobby: record.lobby,
            seed: record.draw().map(|draw| *draw.seed()),
            commitment: hex(&record.seed.commitment()),
            epoch: record.epoch,
            version: record.version,
            settings: record.settings,
            pause_reason: record.pause_reason.clone().unwrap_or_default(),
            shopping: 0,
            admitted_last_minute: 0,
            held_to_per_minute: None,
        };
        Self::new(event, &view, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_a_range_around_the_pace() {
        let wait = Wait::at(1_000, 500).unwrap();
        assert_eq!((wait.from_seconds, wait.to_seconds), (96, 190));
        assert!(Wait::at(1_000, 0).is_none());
    }
}
