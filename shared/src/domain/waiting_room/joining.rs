//! Joining: who gets which ordinal.

use super::{LogEntry, MOST_PLACES, WaitingRoom, len};
use crate::domain::{LaneIndex, RoomPhase};

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

/// A place as its joiner gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joined {
    /// Order of joining.
    pub ordinal: u64,
    /// Whether the broker has it already; if not, the joiner may not be answered yet.
    pub confirmed: bool,
}

impl WaitingRoom {
    /// Numbers joiners in the order given. Who has a place that is not over gets the same one again.
    ///
    /// # Errors
    /// When nobody can join; then nobody was numbered.
    pub fn join(&mut self, now_ms: i64, joiners: &[&str]) -> Result<Vec<Joined>, JoinError> {
        self.join_lanes(now_ms, &joiners.iter().map(|who| (*who, 0)).collect::<Vec<_>>())
    }

    /// The same, each for a lane; a lane that the room does not have is everybody's.
    ///
    /// # Errors
    /// When nobody can join; then nobody was numbered.
    pub fn join_lanes(
        &mut self,
        now_ms: i64,
        joiners: &[(&str, LaneIndex)],
    ) -> Result<Vec<Joined>, JoinError> {
        self.advance(now_ms);
        match self.phase {
            RoomPhase::Scheduled => return Err(JoinError::NotYet),
            RoomPhase::Closed => return Err(JoinError::Closed),
            RoomPhase::Lobby | RoomPhase::Open | RoomPhase::Paused => {}
        }
        if self.lanes.next_at(self.serving, &self.next).sum() + len(joiners) > MOST_PLACES {
            return Err(JoinError::Full);
        }
        Ok(joiners.iter().map(|(who, lane)| self.join_one(who, *lane)).collect())
    }

    fn join_one(&mut self, who: &str, lane: LaneIndex) -> Joined {
        if let Some(&ordinal) = self.who.get(who)
            && !self.is_over(ordinal)
        {
            return Joined { ordinal, confirmed: self.place(ordinal).is_some_and(|place| place.confirmed) };
        }
        let ordinal = self.number_next(if self.lanes.all().contains(&lane) { lane } else { 0 });
        self.who.insert(who.to_owned(), ordinal);
        Joined { ordinal, confirmed: false }
    }

    /// The ordinal of a new place: the first whose slot was not passed over. Those before it stay nobody's.
    fn number_next(&mut self, lane: LaneIndex) -> u64 {
        let from = self.next.get(lane);
        let local = self.lanes.next_at(self.serving, &self.next).get(lane);
        if local > from {
            self.gaps += local - from;
            self.log.push(LogEntry::Gap { at_ms: self.clock_ms, lane, from, to: local });
        }
        self.next.raise(lane, local + 1);
        self.make_space();
        self.lanes.ordinal(lane, local)
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
}
