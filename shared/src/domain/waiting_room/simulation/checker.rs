//! The auditor of the simulation.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::{LogEntry, RATE_WINDOW_MS, Settings, Stop, WaitingRoom};
use crate::domain::{Draw, LaneIndex, lanes::SHARE_STEP_PERCENT};

/// Every share is so many twentieths.
const WHOLE: u64 = 100 / SHARE_STEP_PERCENT as u64;

/// A draw as anybody recomputes it, computed once.
pub(super) struct Drawn {
    draw: Draw,
    numbers: HashMap<u64, u64>,
    ordinals: HashMap<u64, u64>,
}

impl Drawn {
    fn new(draw: Draw) -> Self {
        let (lanes, lobby) = (draw.lanes(), draw.lobby());
        let ordinals = (0..lanes.ordinals(&lobby)).filter(|ordinal| lanes.is_given(*ordinal, &lobby));
        let numbers: HashMap<u64, u64> = ordinals.map(|ordinal| (ordinal, draw.number(ordinal))).collect();
        let ordinals = numbers.iter().map(|(ordinal, number)| (*number, *ordinal)).collect();
        Self { draw, numbers, ordinals }
    }

    pub(super) fn number(&self, ordinal: u64) -> u64 {
        self.numbers.get(&ordinal).copied().unwrap_or_else(|| self.draw.number(ordinal))
    }

    pub(super) fn ordinal(&self, number: u64) -> u64 {
        self.ordinals.get(&number).copied().unwrap_or_else(|| self.draw.ordinal(number))
    }
}

/// Who comes in without a gap comes in by the shares, exactly.
#[derive(Default)]
pub(super) struct Shares {
    /// Twentieths, everybody's first.
    steps: Vec<u64>,
    last: Option<u64>,
    /// Ordinals that came in with consecutive numbers.
    run: Vec<u64>,
}

impl Shares {
    pub(super) fn new(shares: &[u8]) -> Self {
        let others: Vec<u64> = shares.iter().map(|share| u64::from(share / SHARE_STEP_PERCENT)).collect();
        let everybody = WHOLE - others.iter().sum::<u64>();
        Self { steps: [vec![everybody], others].concat(), ..Self::default() }
    }

    fn count(&self) -> u64 {
        u64::try_from(self.steps.len()).unwrap()
    }

    fn release(&mut self, number: u64, ordinal: u64) -> Result<(), String> {
        if self.last.is_some_and(|last| last + 1 != number) {
            self.run.clear();
        }
        self.last = Some(number);
        self.run.push(ordinal % self.count());
        let Some(first) = self.run.len().checked_sub(usize::try_from(WHOLE).unwrap()) else { return Ok(()) };
        for (lane, steps) in (0_u64..).zip(&self.steps) {
            let came_in = self.run[first..].iter().filter(|of| **of == lane).count();
            if came_in as u64 != *steps {
                return Err(format!("{came_in} of {WHOLE} came in from lane {lane}, its share is {steps}"));
            }
        }
        Ok(())
    }
}

/// Books of its own, against which the room is checked.
#[derive(Default)]
pub(super) struct Checker {
    /// What was published when the lobby opened.
    pub(super) commitment: [u8; 32],
    pub(super) drawn: Option<Drawn>,
    pub(super) shares: Shares,
    /// Ordinals that somebody got.
    pub(super) numbered: BTreeSet<u64>,
    /// Ordinals that were passed over before anybody got them.
    pub(super) gaps: BTreeSet<u64>,
    /// Places whose joiner was answered.
    pub(super) answered: BTreeSet<u64>,
    pub(super) left: BTreeSet<u64>,
    pub(super) released: BTreeMap<u64, u64>,
    pub(super) leases: BTreeMap<u64, i64>,
    pub(super) admissions: Vec<i64>,
    pub(super) seen: usize,
}

impl Checker {
    pub(super) fn new(commitment: [u8; 32], shares: &[u8]) -> Self {
        Self { commitment, shares: Shares::new(shares), ..Self::default() }
    }

    /// What is still true when the room forgot.
    pub(super) fn after_a_loss(self) -> Self {
        let Self { commitment, drawn, answered, numbered, gaps, .. } = self;
        let shares = Shares { steps: self.shares.steps, ..Shares::default() };
        Self { commitment, drawn, shares, answered, numbered, gaps, ..Self::default() }
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
                    self.leases.insert(ordinal, at_ms + settings.offer_ms());
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
                LogEntry::Gap { lane, from, to, .. } => self.gap(room, lane, from, to)?,
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
        let skipped: Vec<u64> = (next..number).map(|number| draw.ordinal(number)).collect();
        let stays = |ordinal: &u64| self.answered.contains(ordinal) && !self.left.contains(ordinal);
        if let Some(lost) = skipped.iter().find(|ordinal| stays(ordinal)) {
            return Err(format!("{lost} stayed and was passed over at {at_ms} by number {number}"));
        }
        for vacant in skipped.iter().filter(|ordinal| !self.numbered.contains(ordinal)) {
            // Later ones of the same lane.
            let mut behind = self
                .answered
                .range(vacant + 1..)
                .filter(|ordinal| (*ordinal - vacant).is_multiple_of(self.shares.count()) && stays(ordinal));
            let waits = behind.find(|ordinal| !self.released.contains_key(&draw.number(**ordinal)));
            if let Some(waits) = waits.filter(|_| !self.gaps.contains(vacant)) {
                return Err(format!("{waits} waits, and an earlier slot of its lane was left empty"));
            }
        }
        self.shares.release(number, ordinal)?;
        self.released.insert(number, ordinal);
        Ok(())
    }

    /// Only what was passed over already may stay nobody's.
    fn gap(&mut self, room: &WaitingRoom, lane: LaneIndex, from: u64, to: u64) -> Result<(), String> {
        let draw = self.drawn.as_ref().ok_or("a gap before the draw")?;
        for ordinal in (from..to).map(|local| room.lanes().ordinal(lane, local)) {
            if draw.number(ordinal) >= room.serving() {
                return Err(format!("{ordinal} stays nobody's, though its number is still to come"));
            }
            self.gaps.insert(ordinal);
        }
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
