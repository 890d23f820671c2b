//! What changes all the time and may be lost: seats and the line, over Redis channels
//! ([`crate::redis::EventKeys::seats_channel`], [`crate::redis::EventKeys::line_channel`]). Whoever misses one sees
//! the gap in the version and takes a snapshot.

use serde::{Deserialize, Serialize};

use crate::domain::{AreaIndex, RoomPhase, SeatIndex, TierIndex};

/// Seats that changed, published by the Redis scripts themselves as
/// `{"version":7,"seats":[[12,1],[13,1]]}`; a state is 0 available, 1 held, 2 sold, 3 blocked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SeatChanges {
    /// Version of the view after the change; each change raises it by one.
    pub version: u64,
    /// Pairs of seat index and state.
    pub seats: Vec<(SeatIndex, u8)>,
    /// Pairs of standing area and places left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<(AreaIndex, u32)>,
    /// The hash of the geometry from now on, when it was painted anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub map: Option<String>,
}

/// What is left in one price tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TierLeft {
    /// The tier.
    pub tier: TierIndex,
    /// Seats and standing places still available in it.
    pub available: u64,
}

/// The line of one event, published once a second while the room is not closed, and at each change of phase.
/// Position of a fan = own number − `serving`, in a room with lanes counted in slots of the own lane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LineStatus {
    /// Phase of the room.
    pub phase: RoomPhase,
    /// Numbers below this one have been released.
    pub serving: u64,
    /// Places that joined so far.
    pub joined: u64,
    /// In a room with lanes: how many ordinals of each were given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lane_next: Vec<u64>,
    /// Places that joined before the draw; none: not drawn yet.
    pub lobby_count: Option<u64>,
    /// Live leases: fans who may shop now.
    pub shopping: u64,
    /// Admissions in the last 60 s.
    pub admitted_last_minute: u64,
    /// Seats and standing places still available.
    pub available: Option<u64>,
    /// The same for each price tier, a little older; empty while it is not known, or nobody waits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<TierLeft>,
    /// Why it is paused, in the organiser's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause_reason: Option<String>,
    /// When this was true, Unix ms by Redis's clock.
    pub at_ms: i64,
}
