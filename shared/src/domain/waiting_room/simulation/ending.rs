//! What becomes durable in the simulation, and how a sale ends.

use std::collections::BTreeSet;

use super::{super::Stop, Checkpoint, OPENS_AT_MS, Simulation};
use crate::domain::RoomPhase;

/// Releases that the slowest of the simulated rooms needs at most.
const MOST_RELEASES: usize = 20_000;

impl Simulation {
    /// The log becomes durable, a checkpoint is written, and what is settled is acknowledged.
    pub(super) fn save(&mut self) {
        self.saved.extend(&self.room.log()[self.saved_of_log..]);
        self.saved_of_log = self.room.log().len();
        self.checkpoint = Checkpoint::of(&self.room);
        let serving = self.room.serving();
        let Some(drawn) = &self.checker.drawn else { return };
        let mut at = 0;
        while at < self.received {
            if self.messages[at].iter().all(|ordinal| drawn.number(*ordinal) < serving) {
                self.messages.remove(at);
                self.received -= 1;
            } else {
                at += 1;
            }
        }
    }

    /// All that is under way ends, time passes, and everybody who stayed must have come in.
    pub(super) fn finish_sale(&mut self) -> Result<(), String> {
        self.joining.clear();
        self.now_ms = self.clock_ms.max(OPENS_AT_MS);
        self.release()?;
        let open = self.room.draw().map(|_| RoomPhase::Open);
        self.room.configure(self.now_ms, self.settings, open).map_err(|error| error.to_string())?;
        let mut stop = Stop::Done;
        for _ in 0..MOST_RELEASES {
            self.now_ms += match stop {
                Stop::Rate => 20_000,
                Stop::Cap => 8_000,
                _ => 2_000,
            };
            self.clock_ms = self.clock_ms.max(self.now_ms);
            self.deliver();
            stop = self.release()?;
            self.save();
            if self.room.serving() == self.room.end() {
                return self.nobody_is_missing();
            }
        }
        Err(format!("the line stands still at {}", self.room.serving()))
    }

    fn nobody_is_missing(&self) -> Result<(), String> {
        let released: BTreeSet<u64> = self.checker.released.values().copied().collect();
        let mut stayed = self.checker.answered.difference(&self.checker.left);
        if let Some(lost) = stayed.find(|ordinal| !released.contains(ordinal)) {
            return Err(format!("{lost} was answered, stayed, and never came in"));
        }
        if !self.messages.is_empty() {
            return Err(format!("{} messages were never acknowledged", self.messages.len()));
        }
        Ok(())
    }
}
