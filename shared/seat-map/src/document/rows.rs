//! Rows made by a rule, and what rows and seats are called.

use serde::{Deserialize, Serialize};

use super::is_default;
use crate::TierIndex;

/// Rows of the same kind, one behind the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RowRange {
    /// How many rows.
    pub count: u16,
    /// Seats of the first of them.
    pub seats: u16,
    /// Price tier.
    pub tier: TierIndex,
    /// After so many rows each row has one seat more (a wedge widens to the back); 0: never.
    #[serde(default, skip_serializing_if = "is_default")]
    pub widen_every: u16,
}

/// What the rows of a section are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RowNames {
    /// Letters or numbers.
    #[serde(default)]
    pub style: RowNameStyle,
    /// Position of the front row's name, from 1: with letters, 3 is "C".
    #[serde(default = "one")]
    pub first: u16,
}

/// Letters or numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowNameStyle {
    /// A … Z, AA, AB …
    #[default]
    Letters,
    /// The same without I and O, which are taken for 1 and 0.
    LettersWithoutIO,
    /// 1, 2, 3 …
    Numbers,
}

/// How the seats of a row are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeatNumbers {
    /// Number of the first seat.
    #[serde(default = "one")]
    pub first: u16,
    /// 1, or 2 for a side of odd or even numbers; 2 when counted from the aisle.
    #[serde(default = "one")]
    pub step: u16,
    /// Where in the row numbering begins.
    #[serde(default)]
    pub from: RowEnd,
}

/// Where in a row, on the unrotated page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowEnd {
    /// The left end.
    #[default]
    Left,
    /// The right end.
    Right,
    /// The aisle nearest the row's middle, or its middle where there is none (of an odd number of seats the longer
    /// side is the left). Outward from it the seats to the left are `first`, `first` + 2 …, those to the right
    /// `first` + 1, `first` + 3 …
    Aisle,
}

impl Default for RowNames {
    fn default() -> Self {
        Self { style: RowNameStyle::default(), first: 1 }
    }
}

impl Default for SeatNumbers {
    fn default() -> Self {
        Self { first: 1, step: 1, from: RowEnd::default() }
    }
}

impl RowRange {
    /// Seats of the row `row` of this range, from 0.
    #[must_use]
    pub fn seats_of(&self, row: u16) -> u32 {
        u32::from(self.seats) + row.checked_div(self.widen_every).map_or(0, u32::from)
    }

    /// Seats of all its rows; a closed form, so that an absurd document costs nothing.
    #[must_use]
    pub fn total_seats(&self) -> u64 {
        let (count, every) = (u64::from(self.count), u64::from(self.widen_every));
        let full_steps = count.checked_div(every).unwrap_or(0);
        let widened =
            every * full_steps * full_steps.saturating_sub(1) / 2 + full_steps * (count - full_steps * every);
        count * u64::from(self.seats) + if every == 0 { 0 } else { widened }
    }
}

fn one() -> u16 {
    1
}
