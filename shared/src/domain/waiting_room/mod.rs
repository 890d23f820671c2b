//! A waiting room as a pure state machine: who joins, who is next, who may come in. It knows no network and no
//! clock; the time is an argument. It is the specification that the Redis scripts are checked against.
//!
//! ```text
//! scheduled ──lobby_opens_at──▶ lobby ──opens_at, draw──▶ open ⇄ paused
//!     └──────────────────────────┴────────────────────────┴──────┴────▶ closed
//!                                                         ▲             │
//!                                                         └─ seats came back after it was sold out
//!
//! a place:  numbered ──confirmed by the broker──▶ waiting ──released──▶ offered ──claimed──▶ shopping
//!               └─ forfeited (nobody was told)      └─ left               └─ left, expired      └─ given back,
//!                                                                                                  expired, finished
//! ```
//!
//! A place is known by its **ordinal**, the order of joining, and after the draw by its **number**. Releases go by
//! number, one after the other: `serving` is the next number to be released and never goes back. A number is
//! passed over only when its place left, when its place was never acknowledged to anybody (`forfeit`), or when it is a
//! slot of a lane that has nobody for it ([`crate::domain::lanes`]).

mod control;
mod joining;
mod limits;
mod log;
mod rebuild;
mod release;
mod shopping;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, VecDeque};

pub use control::TransitionError;
pub use joining::{JoinError, Joined};
pub use limits::{CHANGE_LAG_MS, Limits};
pub use log::{LeaseEnd, LogEntry};
pub use rebuild::{Checkpoint, KnownPlace, KnownState};
pub use release::{Offer, Offered, Release, Stop};
pub use shopping::ClaimError;

use super::{Draw, Lanes, PerLane, RoomPhase};

/// The window of the rate: admissions in any stretch of this length never exceed it.
pub const RATE_WINDOW_MS: i64 = 60_000;
/// How long "admit n now" holds for places that are not there yet or find no lease free.
pub const EXTRA_WINDOW_MS: i64 = 10_000;
/// Most places of one room; further fans are turned away. It bounds the memory of the releaser and of Redis.
pub const MOST_PLACES: u64 = 2_000_000;

/// What an organiser sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// When joining opens, Unix ms.
    pub lobby_opens_at_ms: i64,
    /// When the draw is made and releasing begins, Unix ms.
    pub opens_at_ms: i64,
    /// Most live leases.
    pub lease_cap: u32,
    /// Most admissions in any 60 s.
    pub rate_per_minute: u32,
    /// How long an offer waits to be claimed.
    pub claim_window_ms: i64,
    /// How long a claimed pass lives.
    pub pass_ttl_ms: i64,
    /// How long an offer stands after that window, while the fan is asked once more. Its lease lives all that time
    /// from the start, so that cap and rate need to know nothing of it.
    pub grace_ms: i64,
}

impl Settings {
    /// How long the lease of an offer lives: claim window and grace.
    #[must_use]
    pub fn offer_ms(&self) -> i64 {
        self.claim_window_ms + self.grace_ms
    }
}

/// Where a place is in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlaceState {
    /// The broker has it.
    pub confirmed: bool,
    /// Left, or forfeited: passed over when its number comes.
    pub left: bool,
    /// Came in once.
    pub released: bool,
    /// Took up its offer.
    pub claimed: bool,
}

/// The waiting room of one event.
#[derive(Clone, Debug)]
pub struct WaitingRoom {
    settings: Settings,
    lanes: Lanes,
    phase: RoomPhase,
    /// The latest time seen: a clock that steps back makes the room stand still, never exceed its limits.
    clock_ms: i64,
    /// By ordinal; of those that were not given nothing is said.
    places: Vec<PlaceState>,
    /// How many ordinals of each lane were given.
    next: PerLane,
    /// Ordinals that stay nobody's.
    gaps: u64,
    who: HashMap<String, u64>,
    lobby: Option<PerLane>,
    draw: Option<Draw>,
    serving: u64,
    leases: BTreeMap<u64, i64>,
    admissions: VecDeque<i64>,
    extra: u32,
    extra_until_ms: i64,
    log: Vec<LogEntry>,
}

impl WaitingRoom {
    /// An empty room with one lane.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self::with_lanes(settings, Lanes::ONE)
    }

    /// An empty room.
    #[must_use]
    pub fn with_lanes(settings: Settings, lanes: Lanes) -> Self {
        Self {
            settings,
            lanes,
            phase: RoomPhase::Scheduled,
            clock_ms: i64::MIN,
            places: Vec::new(),
            next: PerLane::default(),
            gaps: 0,
            who: HashMap::new(),
            lobby: None,
            draw: None,
            serving: 0,
            leases: BTreeMap::new(),
            admissions: VecDeque::new(),
            extra: 0,
            extra_until_ms: i64::MIN,
            log: Vec::new(),
        }
    }

    /// Lets time do what it does: never backwards, the lobby opens, the lobby is counted at the opening.
    pub(super) fn advance(&mut self, now_ms: i64) {
        self.clock_ms = self.clock_ms.max(now_ms);
        if self.phase == RoomPhase::Scheduled && self.clock_ms >= self.settings.lobby_opens_at_ms {
            self.phase = RoomPhase::Lobby;
        }
        let opening = self.phase == RoomPhase::Lobby && self.clock_ms >= self.settings.opens_at_ms;
        if opening && self.lobby.is_none() {
            self.lobby = Some(self.next);
        }
    }

    /// The phase.
    #[must_use]
    pub fn phase(&self) -> RoomPhase {
        self.phase
    }

    /// Numbers below this one have been released or passed over.
    #[must_use]
    pub fn serving(&self) -> u64 {
        self.serving
    }

    /// The lanes.
    #[must_use]
    pub fn lanes(&self) -> &Lanes {
        &self.lanes
    }

    /// How many ordinals of each lane were given, or passed over.
    #[must_use]
    pub fn next(&self) -> PerLane {
        self.next
    }

    /// Nobody has this ordinal or a higher one.
    #[must_use]
    pub fn next_ordinal(&self) -> u64 {
        self.lanes.ordinals(&self.next)
    }

    /// Nobody has, or once drawn will have, this number or a higher one.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.lanes.end(&self.next)
    }

    /// How many places were given.
    #[must_use]
    pub fn joined(&self) -> u64 {
        self.next.sum() - self.gaps
    }

    /// How many ordinals stay nobody's.
    #[must_use]
    pub fn gaps(&self) -> u64 {
        self.gaps
    }

    /// How many places are drawn; fixed at the opening.
    #[must_use]
    pub fn lobby_count(&self) -> Option<u64> {
        self.lobby.map(|lobby| lobby.sum())
    }

    /// The same for each lane.
    #[must_use]
    pub fn lobby(&self) -> Option<PerLane> {
        self.lobby
    }

    /// The draw, once made.
    #[must_use]
    pub fn draw(&self) -> Option<&Draw> {
        self.draw.as_ref()
    }

    /// How many may shop or come in now.
    #[must_use]
    pub fn live_leases(&self) -> u64 {
        self.leases.values().filter(|expiry| **expiry > self.clock_ms).map(|_| 1).sum()
    }

    /// Everything that happened.
    #[must_use]
    pub fn log(&self) -> &[LogEntry] {
        &self.log
    }

    fn is_over(&self, ordinal: u64) -> bool {
        self.place(ordinal)
            .is_none_or(|place| place.left || (place.released && self.live_lease(ordinal).is_none()))
    }

    fn live_lease(&self, ordinal: u64) -> Option<i64> {
        self.leases.get(&ordinal).copied().filter(|expiry| *expiry > self.clock_ms)
    }

    fn place(&self, ordinal: u64) -> Option<&PlaceState> {
        let given = self.lanes.is_given(ordinal, &self.next);
        self.places.get(usize::try_from(ordinal).ok()?).filter(|_| given)
    }

    fn place_mut(&mut self, ordinal: u64) -> Option<&mut PlaceState> {
        let given = self.lanes.is_given(ordinal, &self.next);
        self.places.get_mut(usize::try_from(ordinal).ok()?).filter(|_| given)
    }

    /// Room for every ordinal that was given.
    fn make_space(&mut self) {
        let count = usize::try_from(self.next_ordinal()).unwrap_or(usize::MAX);
        self.places.resize(count.max(self.places.len()), PlaceState::default());
    }
}

fn len<T>(items: &[T]) -> u64 {
    u64::try_from(items.len()).unwrap_or(u64::MAX)
}
