//! Losing Redis's memory in the simulation.

use std::collections::{BTreeMap, BTreeSet};

use rand::RngExt as _;

use super::{
    super::{KnownPlace, KnownState, LogEntry},
    Simulation,
};

impl Simulation {
    /// Redis forgets everything; the room is made again. The releaser may have died as well: then what it knew
    /// of releases that were not saved is gone too, and their places are released again.
    pub(super) fn lose_redis(&mut self) -> Result<(), String> {
        if self.rng.random_bool(0.5) {
            self.saved.extend(&self.room.log()[self.saved_of_log..]);
        }
        self.joining.clear();
        self.received = self.messages.len();
        self.buffer = self.messages.iter().flatten().copied().collect();
        let known = self.known();
        let draw = self.room.draw().copied();
        let phase = self.room.phase();
        let lanes = *self.room.lanes();
        self.room =
            (self.rebuilding)(self.settings, lanes, phase, draw, self.checkpoint, &known, self.clock_ms);
        self.nobody_is_brought_back(&known)?;
        self.saved_of_log = 0;
        self.believe_what_was_saved();
        self.everybody_is_found()
    }

    /// Promise 7: whoever was answered and still waits finds a place by joining again: this one, or a later one
    /// when the loss undid that this one was over.
    fn everybody_is_found(&self) -> Result<(), String> {
        let waiting = self.checker.answered.difference(&self.checker.left);
        let released: BTreeSet<u64> = self.checker.released.values().copied().collect();
        for ordinal in waiting.filter(|ordinal| !released.contains(ordinal)) {
            let found = self.room.joiners().get(&self.names[ordinal]);
            if found.is_none_or(|found| found < ordinal) {
                return Err(format!("{ordinal} is not found any more, but {found:?}"));
            }
        }
        Ok(())
    }

    /// Promise 4: who lives after a loss lived by the records; a prefix of them never had more leases than the cap.
    fn nobody_is_brought_back(&self, known: &[KnownPlace]) -> Result<(), String> {
        for place in known {
            let KnownState::Admitted { at_ms, claimed_at_ms, ended, .. } = place.state else { continue };
            let until = match claimed_at_ms {
                Some(claimed_ms) => claimed_ms + self.settings.pass_ttl_ms,
                None => at_ms + self.settings.offer_ms(),
            };
            let lives = self.room.leases.get(&place.ordinal).is_some_and(|expiry| *expiry > self.clock_ms);
            if lives && (ended || until <= self.clock_ms) {
                return Err(format!("the lease of {} was over, and was brought back", place.ordinal));
            }
        }
        Ok(())
    }

    fn known(&self) -> Vec<KnownPlace> {
        let mut states: BTreeMap<u64, KnownState> =
            self.buffer.iter().map(|ordinal| (*ordinal, KnownState::Waiting)).collect();
        for entry in &self.saved {
            match *entry {
                LogEntry::Release { at_ms, number, ordinal, extra } => {
                    let admitted =
                        KnownState::Admitted { number, at_ms, claimed_at_ms: None, ended: false, extra };
                    states.insert(ordinal, admitted);
                }
                LogEntry::Claim { at_ms, ordinal } => {
                    if let Some(KnownState::Admitted { claimed_at_ms, .. }) = states.get_mut(&ordinal) {
                        *claimed_at_ms = Some(at_ms);
                    }
                }
                LogEntry::End { ordinal, .. } => {
                    if let Some(KnownState::Admitted { ended, .. }) = states.get_mut(&ordinal) {
                        *ended = true;
                    }
                }
                LogEntry::Leave { ordinal, .. } | LogEntry::Forfeit { ordinal, .. } => {
                    states.insert(ordinal, KnownState::Left);
                }
                LogEntry::Gap { lane, from, to, .. } => {
                    let ordinals = (from..to).map(|local| self.room.lanes().ordinal(lane, local));
                    states.extend(ordinals.map(|ordinal| (ordinal, KnownState::Gap)));
                }
            }
        }
        let who = |ordinal: &u64| self.names.get(ordinal).cloned().unwrap_or_default();
        states.into_iter().map(|(ordinal, state)| KnownPlace { who: who(&ordinal), ordinal, state }).collect()
    }

    /// After a loss the checker's books are those of the records, as an auditor's would be.
    fn believe_what_was_saved(&mut self) {
        let before = std::mem::take(&mut self.checker);
        self.checker = before.after_a_loss();
        let checker = &mut self.checker;
        for entry in &self.saved {
            match *entry {
                LogEntry::Release { at_ms, number, ordinal, extra } => {
                    checker.released.insert(number, ordinal);
                    if !extra {
                        checker.admissions.push(at_ms);
                    }
                }
                LogEntry::Leave { ordinal, .. } => {
                    checker.left.insert(ordinal);
                }
                LogEntry::Claim { .. }
                | LogEntry::End { .. }
                | LogEntry::Forfeit { .. }
                | LogEntry::Gap { .. } => {}
            }
        }
        checker.leases = self.room.leases.clone();
    }
}
