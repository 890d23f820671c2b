//! What the script begins with: the state as the server saw it, and the texts it writes.

use std::collections::HashMap;

use serde::Serialize;
use shared::domain::{EventId, EventStatus, RoomPhase, TierIndex};
use time::OffsetDateTime;

use crate::waiting_room::documents::{PlaceDocument, RoomDocument};

/// Stands in the page as JSON.
#[derive(Serialize)]
pub(super) struct LiveState<'a> {
    pub(super) event: EventId,
    pub(super) title: &'a str,
    pub(super) cancelled: bool,
    /// Now by the server's clock, Unix ms.
    pub(super) now: i64,
    pub(super) room: Option<&'a RoomDocument>,
    pub(super) place: Option<&'a PlaceDocument>,
    pub(super) tiers: &'a [TierIndex],
    pub(super) socket: String,
    pub(super) lang: &'static str,
    /// The key for pushes.
    pub(super) push: Option<&'a str>,
    /// Address of the script that solves puzzles.
    pub(super) proof: &'static str,
    /// Code of an appeal that nobody has looked at yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) held: Option<String>,
    pub(super) t: &'a HashMap<String, String>,
}

impl LiveState<'_> {
    /// JSON that can stand in a script element.
    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default().replace('<', "\\u003c")
    }
}

/// When a page without JavaScript is loaded again, seconds.
pub(super) fn reload_after_s(
    status: EventStatus,
    room: Option<&RoomDocument>,
    place: Option<&PlaceDocument>,
    now: OffsetDateTime,
) -> u64 {
    let seconds_until = |at: OffsetDateTime| u64::try_from((at - now).whole_seconds()).unwrap_or(0);
    match (room, place) {
        _ if status != EventStatus::Published => 300,
        (None, _) => 5,
        (Some(_), Some(place)) => (place.poll_after_ms / 1_000).max(3),
        (Some(room), None) if room.phase == RoomPhase::Scheduled => {
            (seconds_until(room.lobby_opens_at) + 1).clamp(3, 60)
        }
        (Some(room), None) if room.phase == RoomPhase::Closed => 300,
        _ => 30,
    }
}
