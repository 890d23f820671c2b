//! Counts by lane.

use std::str::FromStr;

use super::{LaneIndex, Lanes, MOST_LANES};

/// A count for each lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerLane([u64; MOST_LANES]);

impl PerLane {
    /// A count of everybody's lane.
    #[must_use]
    pub fn one(count: u64) -> Self {
        Self([count, 0, 0, 0])
    }

    /// The counts in the order of the lanes; what is not given is 0.
    #[must_use]
    pub fn from_slice(counts: &[u64]) -> Self {
        let mut all = Self::default();
        for (count, given) in all.0.iter_mut().zip(counts) {
            *count = *given;
        }
        all
    }

    /// Of one lane.
    #[must_use]
    pub fn get(&self, lane: LaneIndex) -> u64 {
        self.0.get(usize::from(lane)).copied().unwrap_or(0)
    }

    /// Raises the count of a lane to `least`, if it is less.
    pub fn raise(&mut self, lane: LaneIndex, least: u64) {
        if let Some(count) = self.0.get_mut(usize::from(lane)) {
            *count = least.max(*count);
        }
    }

    /// Of all lanes together.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Of every lane there may be.
    #[must_use]
    pub fn all(&self) -> &[u64] {
        &self.0
    }

    /// Of the lanes there are.
    #[must_use]
    pub fn of(&self, lanes: &Lanes) -> &[u64] {
        &self.0[..usize::from(lanes.count)]
    }

    /// As Redis keeps it: the counts with spaces between them.
    #[must_use]
    pub fn text(&self, lanes: &Lanes) -> String {
        self.of(lanes).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

impl FromStr for PerLane {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let counts: Vec<u64> = text.split(' ').map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self::from_slice(&counts))
    }
}
