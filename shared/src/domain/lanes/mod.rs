//! Lanes of a waiting room: separate lines, each with a share of those who come in, in one row of numbers.
//!
//! Every number is a **slot** of one lane. The shares make a short **cycle** of slots that repeats for ever: with
//! 20 % for lane 1 it is `00100`, so every fifth number is lane 1's. The first in its lane has the lane's first slot,
//! the second its second one, and so on; releases go by number as ever. Cap, rate and order are therefore those of
//! one line, and nobody's number depends on how many join other lanes.
//!
//! **Ordinals** (the order of joining) interleave: the n-th to join lane l of L has the ordinal n·L + l, counted
//! from 0. With one lane, ordinal, rank and number are what they are without lanes.
//!
//! A slot whose lane has nobody for it is **vacant**: it is passed over when somebody behind it is dealt with. So an
//! empty lane's share flows to the others, and who joins it later gets its first slot that was not passed over.

mod counts;
mod settings;
#[cfg(test)]
mod tests;

use std::{fmt, ops::Range, str::FromStr};

pub use counts::PerLane;
pub use settings::{Lane, LaneEntry};

/// The index of a lane in its room; 0 is everybody's.
pub type LaneIndex = u8;

/// Most lanes of one room.
pub const MOST_LANES: usize = 4;
/// Shares are multiples of this.
pub const SHARE_STEP_PERCENT: u8 = 5;
/// Most slots of a cycle.
const MOST_SLOTS: usize = 20;

/// Shares that make no lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "at most 3 lanes besides everybody's, each with 5, 10, … percent, and at least 5 percent for everybody"
)]
pub struct NoLanes;

/// The lanes of a room: whose slot each number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lanes {
    count: u8,
    width: u8,
    cycle: [LaneIndex; MOST_SLOTS],
}

impl Lanes {
    /// Everybody in one line.
    pub const ONE: Self = Self { count: 1, width: 1, cycle: [0; MOST_SLOTS] };

    /// Lanes from the shares of those besides everybody's, in percent.
    ///
    /// The cycle is spread evenly: slot i goes to the lane that is owed most, that is c·(i + 1) − W·g for a lane with
    /// c of W slots that has been given g; of those owed the same, to the last one.
    ///
    /// # Errors
    /// When the shares are none.
    pub fn by_shares(shares: &[u8]) -> Result<Self, NoLanes> {
        let good = |share: &u8| *share > 0 && share.is_multiple_of(SHARE_STEP_PERCENT) && *share < 100;
        let others: u32 = shares.iter().map(|share| u32::from(*share)).sum();
        if shares.len() >= MOST_LANES || !shares.iter().all(good) || others >= 100 {
            return Err(NoLanes);
        }
        let mut slots = [0_u8; MOST_LANES];
        for (lane, share) in slots[1..].iter_mut().zip(shares) {
            *lane = share / SHARE_STEP_PERCENT;
        }
        let whole = 100 / SHARE_STEP_PERCENT;
        slots[0] = whole - slots[1..].iter().sum::<u8>();
        let common = slots.iter().fold(whole, |common, slots| greatest_common_divisor(common, *slots));
        let slots = slots.map(|slots| i32::from(slots / common));
        let width = whole / common;
        let mut owed = [0_i32; MOST_LANES];
        let mut cycle = [0; MOST_SLOTS];
        for slot in &mut cycle[..usize::from(width)] {
            for (owed, slots) in owed.iter_mut().zip(&slots) {
                *owed += slots;
            }
            // Of equals the last: `max_by_key` promises it.
            let most = (0_u8..).zip(&owed).max_by_key(|(_, owed)| **owed).map_or(0, |(lane, _)| lane);
            *slot = most;
            owed[usize::from(most)] -= i32::from(width);
        }
        Ok(Self { count: u8::try_from(shares.len() + 1).unwrap_or(1), width, cycle })
    }

    /// The lanes an organiser set, besides everybody's.
    ///
    /// # Errors
    /// When their shares make no lanes.
    pub fn of(lanes: &[Lane]) -> Result<Self, NoLanes> {
        Self::by_shares(&lanes.iter().map(|lane| lane.share_percent).collect::<Vec<_>>())
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count.into()
    }

    /// Whether there are others than everybody's.
    #[must_use]
    pub fn are_several(&self) -> bool {
        self.count > 1
    }

    /// Every lane.
    #[must_use]
    pub fn all(&self) -> Range<LaneIndex> {
        0..self.count
    }

    /// The lane of each slot, over and over again.
    #[must_use]
    pub fn cycle(&self) -> &[LaneIndex] {
        &self.cycle[..usize::from(self.width)]
    }

    /// Share of a lane, percent.
    #[must_use]
    pub fn share_percent(&self, lane: LaneIndex) -> u64 {
        self.slots(lane) * 100 / self.width()
    }

    /// The lane of an ordinal.
    #[must_use]
    pub fn lane_of(&self, ordinal: u64) -> LaneIndex {
        LaneIndex::try_from(ordinal % self.count()).unwrap_or(0)
    }

    /// How many joined the same lane before an ordinal.
    #[must_use]
    pub fn local_of(&self, ordinal: u64) -> u64 {
        ordinal / self.count()
    }

    /// The ordinal of the place that joined `lane` after `local` others.
    #[must_use]
    pub fn ordinal(&self, lane: LaneIndex, local: u64) -> u64 {
        local * self.count() + u64::from(lane)
    }

    /// The number with `rank` others of `lane` before it.
    #[must_use]
    pub fn number(&self, lane: LaneIndex, rank: u64) -> u64 {
        let slots = self.slots(lane).max(1);
        let mut own = (0_u64..).zip(self.cycle()).filter(|(_, slot)| **slot == lane).map(|(at, _)| at);
        let at = own.nth(usize::try_from(rank % slots).unwrap_or(0)).unwrap_or(0);
        rank / slots * self.width() + at
    }

    /// Whose slot a number is, and how many of that lane are before it.
    #[must_use]
    pub fn slot(&self, number: u64) -> (LaneIndex, u64) {
        let at = usize::try_from(number % self.width()).unwrap_or(0);
        let lane = self.cycle[at];
        (lane, self.below(lane, number))
    }

    /// How many slots of `lane` are below a number.
    #[must_use]
    pub fn below(&self, lane: LaneIndex, number: u64) -> u64 {
        let part = usize::try_from(number % self.width()).unwrap_or(0);
        number / self.width() * self.slots(lane) + count_of(&self.cycle[..part], lane)
    }

    /// Whether an ordinal was given, of a room that will give `next` next.
    #[must_use]
    pub fn is_given(&self, ordinal: u64, next: &PerLane) -> bool {
        self.local_of(ordinal) < next.get(self.lane_of(ordinal))
    }

    /// Whether nobody has a number.
    #[must_use]
    pub fn is_vacant(&self, number: u64, next: &PerLane) -> bool {
        let (lane, rank) = self.slot(number);
        rank >= next.get(lane)
    }

    /// Nobody has this number or a higher one.
    #[must_use]
    pub fn end(&self, next: &PerLane) -> u64 {
        let last = |lane| next.get(lane).checked_sub(1).map_or(0, |rank| self.number(lane, rank) + 1);
        self.all().map(last).max().unwrap_or(0)
    }

    /// Nobody has this ordinal or a higher one.
    #[must_use]
    pub fn ordinals(&self, next: &PerLane) -> u64 {
        let last = |lane| next.get(lane).checked_sub(1).map_or(0, |local| self.ordinal(lane, local) + 1);
        self.all().map(last).max().unwrap_or(0)
    }

    /// The next local of each lane when slots below `serving` were passed over: who joins now gets no earlier one.
    #[must_use]
    pub fn next_at(&self, serving: u64, next: &PerLane) -> PerLane {
        let mut later = *next;
        for lane in self.all() {
            later.raise(lane, self.below(lane, serving));
        }
        later
    }

    /// How many people have a number from `serving` on.
    #[must_use]
    pub fn waiting(&self, serving: u64, next: &PerLane) -> u64 {
        self.all().map(|lane| next.get(lane).saturating_sub(self.below(lane, serving))).sum()
    }

    /// How many people, of all lanes, have a number from `serving` on and below `number`, as far as they have joined.
    #[must_use]
    pub fn ahead(&self, serving: u64, number: u64, next: &PerLane) -> u64 {
        let up_to = |lane, number| self.below(lane, number).min(next.get(lane));
        self.all().map(|lane| up_to(lane, number).saturating_sub(up_to(lane, serving))).sum()
    }

    fn width(&self) -> u64 {
        self.width.into()
    }

    fn slots(&self, lane: LaneIndex) -> u64 {
        count_of(self.cycle(), lane)
    }
}

impl Default for Lanes {
    fn default() -> Self {
        Self::ONE
    }
}

/// The cycle, a digit for each slot.
impl fmt::Display for Lanes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cycle().iter().try_for_each(|lane| write!(f, "{lane}"))
    }
}

impl FromStr for Lanes {
    type Err = NoLanes;

    fn from_str(text: &str) -> Result<Self, NoLanes> {
        let mut cycle = [0; MOST_SLOTS];
        let digits = text.as_bytes();
        if digits.is_empty() || digits.len() > MOST_SLOTS {
            return Err(NoLanes);
        }
        for (slot, digit) in cycle.iter_mut().zip(digits) {
            *slot = digit.checked_sub(b'0').filter(|lane| usize::from(*lane) < MOST_LANES).ok_or(NoLanes)?;
        }
        let width = u8::try_from(digits.len()).map_err(|_| NoLanes)?;
        let last = cycle.iter().copied().max().unwrap_or(0);
        let lanes = Self { count: last + 1, width, cycle };
        if lanes.all().all(|lane| lanes.slots(lane) > 0) { Ok(lanes) } else { Err(NoLanes) }
    }
}

fn greatest_common_divisor(a: u8, b: u8) -> u8 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

fn count_of(slots: &[LaneIndex], lane: LaneIndex) -> u64 {
    slots.iter().map(|slot| u64::from(*slot == lane)).sum()
}
