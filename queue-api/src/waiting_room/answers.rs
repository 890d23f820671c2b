//! What goes into the calls of a room and what comes out of them.

use std::sync::Arc;

use shared::domain::{
    Draw, Lanes, PerLane, PlaceId, RoomPhase, Seed,
    waiting_room::{JoinError, Stop},
};

/// Joiners that were numbered together.
#[derive(Clone, Debug)]
pub struct Numbered {
    /// Of the room that numbered them.
    pub epoch: u64,
    /// When, by Redis's clock.
    pub now_ms: i64,
    /// The phase.
    pub phase: RoomPhase,
    /// The next number to be released.
    pub serving: u64,
    /// The lanes.
    pub lanes: Lanes,
    /// Places that are drawn in each lane, once fixed.
    pub lobby: Option<PerLane>,
    /// The seed, once drawn.
    pub seed: Option<Seed>,
    /// One for each joiner, in their order.
    pub places: Vec<NumberedPlace>,
}

/// A place with its ordinal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberedPlace {
    /// Order of joining.
    pub ordinal: u64,
    /// The place.
    pub place: PlaceId,
    /// Whether the broker has it.
    pub confirmed: bool,
}

/// Why a join was refused; with the time the lobby opens where that is the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JoinRefused {
    /// Why.
    pub why: JoinError,
    /// When the lobby opens, Unix ms.
    pub lobby_opens_at_ms: Option<i64>,
}

/// What the releaser has for one number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceOffer {
    /// The number.
    pub number: u64,
    /// Its ordinal.
    pub ordinal: u64,
    /// What there is.
    pub held: Held,
}

/// Whether the releaser has a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// Yes, from the broker.
    Place(PlaceId, Arc<str>),
    /// Not yet.
    Missing,
    /// No, and no join of it can still be on its way.
    Forfeit,
}

/// What a release did.
#[derive(Clone, Debug)]
pub struct Released {
    /// Why it went no further.
    pub stop: Stop,
    /// When, by Redis's clock.
    pub now_ms: i64,
    /// The next number to be released.
    pub serving: u64,
    /// How many more could come in now.
    pub room: u64,
    /// Position behind the last log entry.
    pub log_end: u64,
    /// The phase.
    pub phase: RoomPhase,
    /// Places that are drawn in each lane, once fixed.
    pub lobby: Option<PerLane>,
    /// How many ordinals of each lane were given.
    pub next: PerLane,
    /// Of the room.
    pub epoch: u64,
    /// How many may still come in beyond the rate.
    pub extra: u64,
    /// The numbers that were admitted.
    pub numbers: Vec<u64>,
}

/// A piece of the log.
#[derive(Clone, Debug)]
pub struct LogPage {
    /// Of the room.
    pub epoch: u64,
    /// Position of the first entry.
    pub head: u64,
    /// The entries.
    pub entries: Vec<String>,
}

/// A claimed pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Until when it lives, Unix ms.
    pub expires_at_ms: i64,
    /// Now, by Redis's clock.
    pub now_ms: i64,
}

impl Numbered {
    /// The number of a place, once it is drawn.
    #[must_use]
    pub fn draw(&self) -> Option<Draw> {
        Some(Draw::of_lanes(self.seed?, self.lanes, self.lobby?))
    }

    /// Whether a place is one of those that are, or will be, drawn.
    #[must_use]
    pub fn is_drawn(&self, ordinal: u64) -> bool {
        self.lobby.is_none_or(|lobby| self.lanes.is_given(ordinal, &lobby))
    }
}
