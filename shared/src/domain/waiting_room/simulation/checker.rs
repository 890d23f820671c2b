//! The auditor of the simulation.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{LogEntry, RATE_WINDOW_MS, Settings, Stop, WaitingRoom};
use crate::domain::Draw;

/// A draw as anybody recomputes it, computed once.
pub(super) struct Drawn {
    draw: Draw,
    numbers: Vec<u64>,
    ordinals: Vec<u64>,
}

impl Drawn {
    fn new(draw: Draw) -> Self {
        let numbers: Vec<u64> = (0..draw.lobby_count()).map(|ordinal| draw.number(ordinal)).collect();
        let mut ordinals = vec![0; numbers.len()];
        for (ordinal, number) in (0..).zip(&numbers) {
            ordinals[usize::try_from(*number).unwrap()] = ordinal;
        }
        Self { draw, numbers, ordinals }
    }

    pub(super) fn number(&self, ordinal: u64) -> u64 {
        self.numbers.get(usize::try_from(ordinal).unwrap()).copied().unwrap_or(ordinal)
    }

    pub(super) fn ordinal(&self, number: u64) -> u64 {
        self.ordinals.get(usize::try_from(number).unwrap()).copied().unwrap_or(number)
    }
}

/// Books of its own, against which the room is checked.
#[derive(Default)]
pub(super) struct Checker {
    /// What was published when the lobby opened.
    pub(super) commitment: [u8; 32],
    pub(super) drawn: Option<Drawn>,
    /// Places whose joiner was answered.
    pub(super) answered: BTreeSet<u64>,
    pub(super) left: BTreeSet<u64>,
    pub(super) released: BTreeMap<u64, u64>,
    pub(super) leases: BTreeMap<u64, i64>,
    pub(super) admissions: Vec<i64>,
    pub(super) seen: usize,
}

impl Checker {
    pub(super) fn new(commitment: [u8; 32]) -> Self {
        Self { commitment, ..Self::default() }
    }

    /// Promise 6: one draw, by the seed that was committed to, whatever is lost afterwards.
    fn look_at_draw(&mut self, draw: Draw) -> Result<(), String> {
        match &self.drawn {
            Some(drawn) if drawn.draw == draw => Ok(()),
            Some(_) => Err("it was drawn twice".to_owned()),
            None if draw.seed().commitment() != self.commitment => {
                Err("the seed is not the one that was committed to".to_owned())
            }
            None => {
                self.drawn = Some(Drawn::new(draw));
                Ok(())
            }
        }
    }

    /// Reads what is new in the room's log.
    pub(super) fn read(
        &mut self,
        room: &WaitingRoom,
        cap: u32,
        rate: u32,
        settings: &Settings,
    ) -> Result<(), String> {
        if let Some(draw) = room.draw() {
            self.look_at_draw(*draw)?;
        }
        for entry in &room.log()[self.seen..] {
            match *entry {
                LogEntry::Release { at_ms, number, ordinal, extra } => {
                    self.release(at_ms, number, ordinal)?;
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
                LogEntry::Forfeit { ordinal, .. } => {
                    if self.answered.contains(&ordinal) {
                        return Err(format!("{ordinal} was forfeited, though its join was answered"));
                    }
                }
            }
        }
        self.seen = room.log().len();
        Ok(())
    }

    fn release(&mut self, at_ms: i64, number: u64, ordinal: u64) -> Result<(), String> {
        let draw = self.drawn.as_ref().ok_or("released before the draw")?;
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
        // The room's time never goes back, so they are in order.
        self.admissions.len() - self.admissions.partition_point(|at_ms| *at_ms <= after_ms)
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
