//! What the organiser, the operator, the draw and recovery do to a room.

use super::{EXTRA_WINDOW_MS, Place, RATE_WINDOW_MS, Settings, WaitingRoom, len};
use crate::domain::{Draw, RoomPhase, Seed};

/// A change that the phase does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a room that is {from} cannot become {to}")]
pub struct TransitionError {
    /// The phase it is in.
    pub from: RoomPhase,
    /// The phase that was asked for.
    pub to: RoomPhase,
}

impl RoomPhase {
    /// Whether somebody may move a room from this phase to `to`. To `open` from before the opening means: open
    /// now, by way of the draw.
    ///
    /// # Errors
    /// When not. Staying in a phase is allowed.
    pub fn may_become(self, to: Self) -> Result<(), TransitionError> {
        use RoomPhase::{Closed, Lobby, Open, Paused, Scheduled};
        match (self, to) {
            (Scheduled | Lobby | Paused, Open) | (Open, Paused) | (_, Closed) => Ok(()),
            _ if self == to => Ok(()),
            _ => Err(TransitionError { from: self, to }),
        }
    }
}

/// A place that recovery found, in the broker or in the records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPlace {
    /// Order of joining.
    pub ordinal: u64,
    /// Who joined.
    pub who: String,
    /// What is known of it.
    pub state: KnownState,
}

/// What recovery knows of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownState {
    /// In the broker, not admitted.
    Waiting,
    /// Left before its turn.
    Left,
    /// Admitted.
    Admitted {
        /// Its number.
        number: u64,
        /// When.
        at_ms: i64,
        /// When its offer was claimed.
        claimed_at_ms: Option<i64>,
        /// Whether its lease has ended.
        ended: bool,
        /// Whether it was admitted beyond the rate.
        extra: bool,
    },
}

impl WaitingRoom {
    /// Makes the draw: the lobby's places get their numbers, releasing may begin.
    ///
    /// # Errors
    /// When the room is not in its lobby, or its opening has not come.
    pub fn open(&mut self, now_ms: i64, seed: Seed) -> Result<(), TransitionError> {
        self.advance(now_ms);
        let refused = TransitionError { from: self.phase, to: RoomPhase::Open };
        let Some(count) = self.lobby_count.filter(|_| self.phase == RoomPhase::Lobby) else {
            return Err(refused);
        };
        self.draw = Some(Draw::new(seed, count));
        self.phase = RoomPhase::Open;
        Ok(())
    }

    /// Changes settings, and the phase if one is given.
    ///
    /// # Errors
    /// When the phase cannot become that; then nothing was changed.
    pub fn configure(
        &mut self,
        now_ms: i64,
        settings: Settings,
        phase: Option<RoomPhase>,
    ) -> Result<(), TransitionError> {
        self.advance(now_ms);
        if let Some(to) = phase {
            self.phase.may_become(to)?;
            // Before the opening only the draw opens: the caller moves `opens_at` instead.
            let before = matches!(self.phase, RoomPhase::Scheduled | RoomPhase::Lobby);
            if !(before && to == RoomPhase::Open) {
                self.phase = to;
            }
        }
        self.settings = settings;
        self.advance(now_ms);
        Ok(())
    }

    /// Lets the next `count` places in as soon as the cap allows, beyond the rate and also while paused; what
    /// finds no place or no lease within 10 s lapses.
    pub fn admit(&mut self, now_ms: i64, count: u32) {
        self.advance(now_ms);
        self.extra = u32::try_from(self.extra_left()).unwrap_or(0).saturating_add(count);
        self.extra_until_ms = self.clock_ms + EXTRA_WINDOW_MS;
    }

    /// A room made again after its memory was lost: from the settings, the draw, the places the broker and the
    /// records know. Live leases stay: a claimed pass keeps its deadline, an offer that was still open is made
    /// afresh. An ordinal that nobody knows was never acknowledged; it can only be forfeited.
    #[must_use]
    pub fn rebuild(
        settings: Settings,
        phase: RoomPhase,
        draw: Option<Draw>,
        checkpoint: Checkpoint,
        known: &[KnownPlace],
        now_ms: i64,
    ) -> Self {
        let mut room = Self::new(settings);
        room.clock_ms = now_ms;
        room.phase = phase;
        room.draw = draw;
        room.lobby_count = draw.map(|draw| draw.lobby_count());
        room.serving = checkpoint.serving;
        let known_count = known.iter().map(|place| place.ordinal + 1).max().unwrap_or(0);
        let count = checkpoint.next_ordinal.max(known_count).max(room.lobby_count.unwrap_or(0));
        room.places.resize(usize::try_from(count).unwrap_or(usize::MAX), Place::default());
        let mut admissions = Vec::new();
        for place in known {
            room.restore(place, &mut admissions);
        }
        admissions.sort_unstable();
        room.admissions = admissions.into();
        room.forfeit_passed_over(known);
        for place in known {
            room.restore_who(place);
        }
        room.advance(now_ms);
        room
    }

    fn restore(&mut self, known: &KnownPlace, admissions: &mut Vec<i64>) {
        let (now_ms, settings) = (self.clock_ms, self.settings);
        let mut lease = None;
        let mut place = Place { confirmed: true, ..Place::default() };
        match known.state {
            KnownState::Waiting => {}
            KnownState::Left => place.left = true,
            KnownState::Admitted { number, at_ms, claimed_at_ms, ended, extra } => {
                place.released = true;
                place.claimed = claimed_at_ms.is_some();
                self.serving = self.serving.max(number + 1);
                if !extra && at_ms > now_ms - RATE_WINDOW_MS {
                    admissions.push(at_ms);
                }
                lease = match claimed_at_ms {
                    _ if ended => None,
                    Some(claimed_ms) => Some(claimed_ms + settings.pass_ttl_ms),
                    None if at_ms + settings.claim_window_ms > now_ms => {
                        Some(now_ms + settings.claim_window_ms)
                    }
                    None => Some(at_ms + settings.claim_window_ms),
                };
            }
        }
        if let Some(expiry) = lease {
            self.leases.insert(known.ordinal, expiry);
        }
        if let Some(slot) = self.place_mut(known.ordinal) {
            *slot = place;
        }
    }

    /// A place that the broker has, that was passed over and neither came in nor left: it was forfeited before its
    /// message arrived, and nobody was answered.
    fn forfeit_passed_over(&mut self, known: &[KnownPlace]) {
        let Some(draw) = self.draw else { return };
        for waiting in known.iter().filter(|place| place.state == KnownState::Waiting) {
            if draw.number(waiting.ordinal) < self.serving
                && let Some(place) = self.place_mut(waiting.ordinal)
            {
                place.left = true;
            }
        }
    }

    fn restore_who(&mut self, known: &KnownPlace) {
        if !self.is_over(known.ordinal) {
            let ordinal = self.who.entry(known.who.clone()).or_insert(known.ordinal);
            *ordinal = known.ordinal.max(*ordinal);
        }
    }
}

/// What was written down about the line, about once a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// Ordinals below this one were given.
    pub next_ordinal: u64,
    /// Numbers below this one were released or passed over, and are in the records.
    pub serving: u64,
}

impl Checkpoint {
    /// A checkpoint of `room` as it is.
    #[must_use]
    pub fn of(room: &WaitingRoom) -> Self {
        Self { next_ordinal: len(&room.places), serving: room.serving }
    }
}
