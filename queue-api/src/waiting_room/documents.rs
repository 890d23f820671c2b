//! What clients see of rooms and places.

use rand::RngExt as _;
use serde::{Deserialize, Serialize};
use shared::{
    clock::from_unix_ms,
    domain::{
        Currency, Draw, EventId, LaneIndex, Lanes, PlaceId, RoomPhase, WaitingAccess, waiting_room::Settings,
    },
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
        };
        Self::new(event, &view, None)
    }
}

/// What a fan needs to know about the turn of a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    /// Of a room that has several.
    pub(super) lane: Option<LaneIndex>,
    pub(super) number: Option<u64>,
    pub(super) position: Option<u64>,
}

impl Turn {
    pub(super) fn of(ordinal: u64, lanes: &Lanes, draw: Option<&Draw>, serving: u64) -> Self {
        let number = draw.map(|draw| draw.number(ordinal));
        let lane = lanes.lane_of(ordinal);
        let ahead = |number| lanes.below(lane, number).saturating_sub(lanes.below(lane, serving));
        Self { lane: Some(lane).filter(|_| lanes.are_several()), number, position: number.map(ahead) }
    }
}

/// When a client should ask again: near the turn every few seconds, far away every minute, never all together, and always
/// before an offer that may be made meanwhile is over.
pub(super) fn poll_after_ms(state: PlaceState, turn: Turn, settings: &Settings, opens_in_ms: i64) -> u64 {
    let about: u64 = match (state, turn.position) {
        (PlaceState::Offered, _) => 5_000,
        (PlaceState::Waiting, Some(0..50)) => 2_000,
        (PlaceState::Waiting, Some(50..500)) => 5_000,
        (PlaceState::Waiting, Some(500..5_000)) => 15_000,
        // Before the draw: nothing changes until then.
        (PlaceState::Waiting, None) => u64::try_from(opens_in_ms).unwrap_or(0).clamp(2_000, 60_000),
        _ => 60_000,
    };
    let offer_ms = u64::try_from(settings.offer_ms()).unwrap_or(0).max(2_000);
    // No more than the rate come in within any minute.
    let full_minutes = turn.position.unwrap_or(0) / u64::from(settings.rate_per_minute.max(1));
    let about = if turn.position.is_some() { about.min(60_000 * full_minutes + offer_ms / 2) } else { about };
    about + rand::rng().random_range(0..=(about / 4).min(offer_ms / 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(rate_per_minute: u32, claim_window_ms: i64) -> Settings {
        Settings {
            lobby_opens_at_ms: 0,
            opens_at_ms: 0,
            lease_cap: 4_000,
            rate_per_minute,
            claim_window_ms,
            pass_ttl_ms: 120_000,
            grace_ms: 0,
        }
    }

    #[test]
    fn who_is_near_asks_often_who_is_far_seldom() {
        let (at, slow) = (
            |position| Turn { lane: None, number: Some(position), position: Some(position) },
            settings(60, 120_000),
        );
        for (position, least, most) in [(0, 2_000, 2_500), (499, 5_000, 6_250), (90_000, 60_000, 75_000)] {
            let after = poll_after_ms(PlaceState::Waiting, at(position), &slow, 0);
            assert!((least..=most).contains(&after), "{position}: {after}");
        }
        let before_draw = Turn { lane: None, number: None, position: None };
        assert!(poll_after_ms(PlaceState::Waiting, before_draw, &slow, 10_000) >= 10_000);
    }

    #[test]
    fn nobody_is_told_to_ask_after_an_offer_that_may_come_is_over() {
        for (rate, window_ms) in [(24_000, 20_000), (24_000, 5_000), (1_000_000, 60_000), (1, 86_400_000)] {
            let settings = settings(rate, window_ms);
            for position in [0, 49, 499, 4_999, 23_999, 24_000, 90_000] {
                let turn = Turn { lane: None, number: Some(position), position: Some(position) };
                let soonest_ms = position / u64::from(rate) * 60_000;
                let over_ms = soonest_ms + u64::try_from(window_ms).unwrap();
                for _ in 0..50 {
                    let after = poll_after_ms(PlaceState::Waiting, turn, &settings, 0);
                    assert!((1_000..over_ms).contains(&after), "{position} at {rate}: {after}");
                }
            }
            let before_draw = Turn { lane: None, number: None, position: None };
            let after = poll_after_ms(PlaceState::Waiting, before_draw, &settings, 30_000);
            assert!(after < 30_000 + u64::try_from(window_ms).unwrap(), "before the draw: {after}");
        }
    }

    #[test]
    fn a_wait_is_a_range_around_the_pace() {
        let wait = Wait::at(1_000, 500).unwrap();
        assert_eq!((wait.from_seconds, wait.to_seconds), (96, 190));
        assert!(Wait::at(1_000, 0).is_none());
    }
}
