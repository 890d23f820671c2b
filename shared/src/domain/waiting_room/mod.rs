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
//! passed over only when its place left, or when its place was never acknowledged to anybody (`forfeit`).

mod control;
mod limits;
mod log;
mod rebuild;
mod release;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, VecDeque};

pub use control::TransitionError;
pub use limits::{CHANGE_LAG_MS, Limits};
pub use log::{LeaseEnd, LogEntry};
pub use rebuild::{Checkpoint, KnownPlace, KnownState};
pub use release::{Offer, Offered, Release, Stop};

use super::{Draw, RoomPhase};

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
}

/// Why nobody can join right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// The lobby has not opened.
    #[error("the lobby has not opened yet")]
    NotYet,
    /// Sold out or over.
    #[error("the waiting room is closed")]
    Closed,
    /// [`MOST_PLACES`] are taken.
    #[error("the waiting room is full")]
    Full,
}

/// Why a place cannot come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// It is not its turn.
    #[error("it is not this place's turn yet")]
    NotYet,
    /// Its offer or its pass is over.
    #[error("the offer is over")]
    Over,
    /// It left.
    #[error("the place was given up")]
    Left,
    /// The room is closed.
    #[error("the waiting room is closed")]
    Closed,
}

/// A place as its joiner gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joined {
    /// Order of joining.
    pub ordinal: u64,
    /// Whether the broker has it already; if not, the joiner may not be answered yet.
    pub confirmed: bool,
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
    phase: RoomPhase,
    /// The latest time seen: a clock that steps back makes the room stand still, never exceed its limits.
    clock_ms: i64,
    places: Vec<PlaceState>,
    who: HashMap<String, u64>,
    lobby_count: Option<u64>,
    draw: Option<Draw>,
    serving: u64,
    leases: BTreeMap<u64, i64>,
    admissions: VecDeque<i64>,
    extra: u32,
    extra_until_ms: i64,
    log: Vec<LogEntry>,
}

impl WaitingRoom {
    /// An empty room.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            phase: RoomPhase::Scheduled,
            clock_ms: i64::MIN,
            places: Vec::new(),
            who: HashMap::new(),
            lobby_count: None,
            draw: None,
            serving: 0,
            leases: BTreeMap::new(),
            admissions: VecDeque::new(),
            extra: 0,
            extra_until_ms: i64::MIN,
            log: Vec::new(),
        }
    }

    /// Numbers joiners in the order given. Who has a place that is not over gets the same one again.
    ///
    /// # Errors
    /// When nobody can join; then nobody was numbered.
    pub fn join(&mut self, now_ms: i64, joiners: &[&str]) -> Result<Vec<Joined>, JoinError> {
        self.advance(now_ms);
        match self.phase {
            RoomPhase::Scheduled => return Err(JoinError::NotYet),
            RoomPhase::Closed => return Err(JoinError::Closed),
            RoomPhase::Lobby | RoomPhase::Open | RoomPhase::Paused => {}
        }
        if self.next_ordinal() + len(joiners) > MOST_PLACES {
            return Err(JoinError::Full);
        }
        Ok(joiners.iter().map(|who| self.join_one(who)).collect())
    }

    fn join_one(&mut self, who: &str) -> Joined {
        if let Some(&ordinal) = self.who.get(who)
            && !self.is_over(ordinal)
        {
            return Joined { ordinal, confirmed: self.place(ordinal).is_some_and(|place| place.confirmed) };
        }
        let ordinal = self.next_ordinal();
        self.places.push(PlaceState::default());
        self.who.insert(who.to_owned(), ordinal);
        Joined { ordinal, confirmed: false }
    }

    /// Marks places that the broker holds now. False for one that was forfeited meanwhile: its joiner must join
    /// again.
    pub fn confirm(&mut self, ordinals: &[u64]) -> Vec<bool> {
        let confirm = |ordinal: &u64| match self.place_mut(*ordinal) {
            Some(place) if place.confirmed || !place.left => {
                place.confirmed = true;
                true
            }
            _ => false,
        };
        ordinals.iter().map(confirm).collect()
    }

    /// Takes up an offer; again for the same place gives the same deadline.
    ///
    /// # Errors
    /// When it is not this place's turn (any more).
    pub fn claim(&mut self, now_ms: i64, ordinal: u64) -> Result<i64, ClaimError> {
        self.advance(now_ms);
        let (now_ms, pass_ttl_ms, closed) =
            (self.clock_ms, self.settings.pass_ttl_ms, self.phase == RoomPhase::Closed);
        let lease = self.live_lease(ordinal);
        let Some(place) = self.place_mut(ordinal) else { return Err(ClaimError::NotYet) };
        if place.left {
            return Err(ClaimError::Left);
        }
        match lease {
            Some(expiry) if place.claimed => Ok(expiry),
            _ if closed => Err(ClaimError::Closed),
            None if place.released => Err(ClaimError::Over),
            None => Err(ClaimError::NotYet),
            Some(_) => {
                place.claimed = true;
                let expiry = now_ms + pass_ttl_ms;
                self.leases.insert(ordinal, expiry);
                self.log.push(LogEntry::Claim { at_ms: now_ms, ordinal });
                Ok(expiry)
            }
        }
    }

    /// Gives up a place: waiting, offered or shopping. Whether anything changed.
    pub fn leave(&mut self, now_ms: i64, ordinal: u64) -> bool {
        self.advance(now_ms);
        let at_ms = self.clock_ms;
        let live = self.live_lease(ordinal).is_some();
        let Some(place) = self.place_mut(ordinal) else { return false };
        if live {
            let outcome = if place.claimed { LeaseEnd::GivenBack } else { LeaseEnd::Left };
            self.leases.remove(&ordinal);
            self.log.push(LogEntry::End { at_ms, ordinal, outcome });
            return true;
        }
        let leaves = !place.released && !place.left;
        if leaves {
            place.left = true;
            self.log.push(LogEntry::Leave { at_ms, ordinal });
        }
        leaves
    }

    /// A booking used up the lease.
    pub fn finish(&mut self, now_ms: i64, ordinal: u64) {
        self.advance(now_ms);
        let at_ms = self.clock_ms;
        if self.leases.remove(&ordinal).is_some() {
            self.log.push(LogEntry::End { at_ms, ordinal, outcome: LeaseEnd::Finished });
        }
    }

    /// Lets time do what it does: never backwards, the lobby opens, the lobby is counted at the opening.
    pub(super) fn advance(&mut self, now_ms: i64) {
        self.clock_ms = self.clock_ms.max(now_ms);
        if self.phase == RoomPhase::Scheduled && self.clock_ms >= self.settings.lobby_opens_at_ms {
            self.phase = RoomPhase::Lobby;
        }
        let opening = self.phase == RoomPhase::Lobby && self.clock_ms >= self.settings.opens_at_ms;
        if opening && self.lobby_count.is_none() {
            self.lobby_count = Some(self.next_ordinal());
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

    /// The ordinal the next new place gets.
    #[must_use]
    pub fn next_ordinal(&self) -> u64 {
        len(&self.places)
    }

    /// How many places are drawn; fixed at the opening.
    #[must_use]
    pub fn lobby_count(&self) -> Option<u64> {
        self.lobby_count
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
        self.places.get(usize::try_from(ordinal).ok()?)
    }

    fn place_mut(&mut self, ordinal: u64) -> Option<&mut PlaceState> {
        self.places.get_mut(usize::try_from(ordinal).ok()?)
    }
}

fn len<T>(items: &[T]) -> u64 {
    u64::try_from(items.len()).unwrap_or(u64::MAX)
}
