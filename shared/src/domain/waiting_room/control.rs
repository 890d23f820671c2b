//! What the organiser, the operator and the draw do to a room.

use super::{EXTRA_WINDOW_MS, Settings, WaitingRoom};
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
    /// now, by way of the draw. A closed room opens again only if it had been drawn.
    ///
    /// # Errors
    /// When not. Staying in a phase is allowed.
    pub fn may_become(self, to: Self) -> Result<(), TransitionError> {
        use RoomPhase::{Closed, Lobby, Open, Paused, Scheduled};
        match (self, to) {
            (Scheduled | Lobby | Paused | Closed, Open) | (Open, Paused) | (_, Closed) => Ok(()),
            _ if self == to => Ok(()),
            _ => Err(TransitionError { from: self, to }),
        }
    }
}

impl WaitingRoom {
    /// Makes the draw: the lobby's places get their numbers, releasing may begin.
    ///
    /// # Errors
    /// When the room is not in its lobby, or its opening has not come.
    pub fn open(&mut self, now_ms: i64, seed: Seed) -> Result<(), TransitionError> {
        self.advance(now_ms);
        let refused = TransitionError { from: self.phase, to: RoomPhase::Open };
        let Some(lobby) = self.lobby.filter(|_| self.phase == RoomPhase::Lobby) else {
            return Err(refused);
        };
        self.draw = Some(Draw::of_lanes(seed, self.lanes, lobby));
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
            if self.phase == RoomPhase::Closed && to == RoomPhase::Open && self.draw.is_none() {
                return Err(TransitionError { from: self.phase, to });
            }
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
    /// finds no place or no lease within 10 s lapses. Gives how many are allowed in now.
    ///
    /// # Errors
    /// When the room neither is open nor paused.
    pub fn admit(&mut self, now_ms: i64, count: u32) -> Result<u32, TransitionError> {
        self.advance(now_ms);
        if !matches!(self.phase, RoomPhase::Open | RoomPhase::Paused) {
            return Err(TransitionError { from: self.phase, to: RoomPhase::Open });
        }
        self.extra = u32::try_from(self.extra_left()).unwrap_or(0).saturating_add(count);
        self.extra_until_ms = self.clock_ms + EXTRA_WINDOW_MS;
        Ok(self.extra)
    }
}
