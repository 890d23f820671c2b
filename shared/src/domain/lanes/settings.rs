//! Lanes as an organiser sets them.

use serde::{Deserialize, Serialize};

/// Who may join a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LaneEntry {
    /// Whoever asks for it.
    Open,
    /// Who has a code for it.
    Code,
}

/// A lane besides everybody's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Lane {
    /// What fans know it by.
    pub name: String,
    /// Its share of those who come in, in steps of 5; everybody's lane has what the others leave.
    pub share_percent: u8,
    /// Who may join it.
    pub entry: LaneEntry,
}
