//! The auditor of the simulation.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{LogEntry, RATE_WINDOW_MS, Settings, Stop, WaitingRoom};

/// Books of its own, against which the room is checked.
#[derive(Default)]
pub(super) struct Checker {
    /// Places whose joiner was answered.
    pub(super) answered: BTreeSet<u64>,
    pub(super) left: BTreeSet<u64>,
    pub(super) released: BTreeMap<u64, u64>,
    pub(super) leases: BTreeMap<u64, i64>,
    pub(super) admissions: Vec<i64>,
    pub(super) seen: usize,
}

impl Checker {
    /// Reads what is new in the room's log.
    pub(super) fn read(
        &mut self,
        room: &WaitingRoom,
        cap: u32,
        rate: u32,
        settings: &Settings,
    ) -> Result<(), String> {
        for entry in &room.log()[self.seen..] {
            match *entry {
                LogEntry::Release { at_ms, number, ordinal, extra } => {
                    self.release(room, at_ms, number, ordinal)?;
                    self.leases.insert(ordinal, at_ms + settings.claim_window_ms);
                    let live = self.leases.values().filter(|expiry| **expiry > at_ms).count();
                    if live > cap as usize {
                        return Err(format!("{live} leases live, the cap is {cap}"));
                    }
                    if !extra {
                        self.admissions.push(at_ms);
                        let recent = self.admissions_since(at_ms - RATE_WINDOW_MS);
                        if recent > rate as usize {
                            return Err(format!("{recent} admissions in 60 s, the rate is {rate}"));
                        }
                    }
                }
                LogEntry::Claim { at_ms, ordinal } => {
                    self.leases.insert(ordinal, at_ms + settings.pass_ttl_ms);
                }
                LogEntry::End { ordinal, .. } => {
                    self.leases.remove(&ordinal).ok_or(format!("lease of {ordinal} ended twice"))?;
                }
                LogEntry::Leave { ordinal, .. } => {
                    self.left.insert(ordinal);
                }
            }
        }
        self.seen = room.log().len();
        Ok(())
    }

    fn release(&mut self, room: &WaitingRoom, at_ms: i64, number: u64, ordinal: u64) -> Result<(), String> {
        let draw = room.draw().ok_or("released before the draw")?;
        if draw.ordinal(number) != ordinal {
            return Err(format!("{ordinal} was released under the foreign number {number}"));
        }
        if self.left.contains(&ordinal) {
            return Err(format!("{ordinal} was released after it left"));
        }
        let next = self.released.last_key_value().map_or(0, |(number, _)| number + 1);
        if number < next {
            return Err(format!("{number} was released after {}", next - 1));
        }
        let skipped = (next..number).map(|number| draw.ordinal(number));
        if let Some(lost) = skipped.into_iter().find(|o| self.answered.contains(o) && !self.left.contains(o))
        {
            return Err(format!("{lost} stayed and was passed over at {at_ms} by number {number}"));
        }
        self.released.insert(number, ordinal);
        Ok(())
    }

    fn admissions_since(&self, after_ms: i64) -> usize {
        self.admissions.iter().filter(|at_ms| **at_ms > after_ms).count()
    }

    /// A release that stopped for cap or rate must have had to.
    pub(super) fn held_back(&self, clock_ms: i64, cap: u32, rate: u32, stop: Stop) -> Result<(), String> {
        let live = self.leases.values().filter(|expiry| **expiry > clock_ms).count();
        let recent = self.admissions_since(clock_ms - RATE_WINDOW_MS);
        match stop {
            Stop::Cap if live < cap as usize => Err(format!("held back at {live} of {cap} leases")),
            Stop::Rate if recent < rate as usize => {
                Err(format!("held back at {recent} of {rate} admissions"))
            }
            _ => Ok(()),
        }
    }
}
