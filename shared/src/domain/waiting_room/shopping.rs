//! What becomes of a place whose turn has come, and of one that leaves.

use super::{LeaseEnd, LogEntry, WaitingRoom};
use crate::domain::RoomPhase;

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

impl WaitingRoom {
    /// Takes up an offer; again for the same place gives the same deadline.
    ///
    /// # Errors
    /// When it is not this place's turn (any more).
    pub fn claim(&mut self, now_ms: i64, ordinal: u64) -> Result<i64, ClaimError> {
        self.advance(now_ms);
        let (now_ms, pass_ttl_ms, closed) =
            (self.clock_ms, self.settings.pass_ttl_ms, self.phase == RoomPhase::Closed);
        let lease = self.live_lease(ordinal);
        let Some(place) = self.place_mut(ordinal) else {
            return Err(if closed { ClaimError::Closed } else { ClaimError::NotYet });
        };
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
}
