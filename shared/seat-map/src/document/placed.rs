//! Seats that lie where a drawing has them, and seats that differ from their row.

use serde::{Deserialize, Serialize};

use super::{SeatNumbers, is_default};
use crate::TierIndex;

/// A row of seats that lie where a drawing has them, from the left for somebody who looks at the stage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacedRow {
    /// Unique in its section; empty where the seats have no row, e.g. around a table.
    pub name: String,
    /// Price tier.
    pub tier: TierIndex,
    /// Where the seats are: the first relative to its section, each other one relative to the seat before it.
    pub x_cm: Vec<i32>,
    /// As many as `x_cm`.
    pub y_cm: Vec<i32>,
    /// How the seats are numbered, where they have no labels.
    #[serde(default, skip_serializing_if = "is_default")]
    pub numbers: SeatNumbers,
    /// What the seats are called, one label each; empty: by their numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// After how many seats from the left each gap runs, rising: seats on both sides of one are no neighbours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aisles: Vec<u16>,
}

/// Seats that differ from their row; of two that name a tier for the same seat the later one holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The first and the last seat of each stretch, by index in the section; rising.
    pub seats: Vec<[u32; 2]>,
    /// Their price tier, if another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<TierIndex>,
    /// What they are, if not ordinary seats; a seat is of one kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<SeatKind>,
}

/// A seat that is no ordinary one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeatKind {
    /// A place for a wheelchair.
    Wheelchair,
    /// For somebody who accompanies a guest in a wheelchair.
    Companion,
    /// Something stands between it and the stage.
    RestrictedView,
}
