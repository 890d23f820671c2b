//! The lines of a pack, in the order they are written. Times are Unix ms; what is null is left out.

use serde::Serialize;
use serde_json::Value;
use shared::domain::{EventId, EventStatus, LaneIndex, RoomPhase};
use time::OffsetDateTime;

/// What the checker knows this format by.
pub(super) const FORMAT: &str = "onsale evidence 1";

/// One line.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Line {
    Pack(Box<PackLine>),
    Draw(DrawLine),
    Change(ChangeLine),
    Gap(GapLine),
    Place(PlaceLine),
    Second(SecondLine),
    Summary(Box<SummaryLine>),
    Signature(SignatureLine),
}

/// The first line.
#[derive(Serialize)]
pub(super) struct PackLine {
    pub format: &'static str,
    /// Nothing that happened later is in it.
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
    /// Whether the room was finished: nothing can happen in it any more.
    #[serde(rename = "final")]
    pub is_final: bool,
    pub event: EventLine,
    pub room: RoomLine,
}

#[derive(Serialize)]
pub(super) struct EventLine {
    pub id: EventId,
    pub title: String,
    pub venue: String,
    pub city: String,
    #[serde(with = "time::serde::rfc3339")]
    pub starts_at: OffsetDateTime,
    pub status: EventStatus,
}

/// The room as it is now; what it was before is in the changes.
#[derive(Serialize)]
pub(super) struct RoomLine {
    pub phase: RoomPhase,
    pub lobby_opens_ms: i64,
    pub opens_ms: i64,
    pub lease_cap: i32,
    pub rate_per_minute: i32,
    pub claim_window_seconds: i32,
    pub grace_seconds: i32,
    pub pass_ttl_seconds: i32,
    /// Places that were numbered: ordinals 0 to this, exclusive.
    pub places: u64,
    /// Numbers below this one came in or were passed over.
    pub serving: u64,
}

#[derive(Serialize)]
pub(super) struct DrawLine {
    pub seed_commitment: String,
    pub seed: String,
    pub lobby_count: u64,
    /// Of a room that has several, everybody's first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lanes: Vec<LaneLine>,
    /// The lane of each number, over and over again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cycle: Vec<LaneIndex>,
    pub drawn_ms: i64,
}

/// A lane.
#[derive(Serialize)]
pub(super) struct LaneLine {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub share_percent: u64,
    pub lobby_count: u64,
    /// How many ordinals of it were given, or stay nobody's.
    pub next: u64,
}

/// Ordinals of a lane that stay nobody's: the line had passed their slots before anybody joined for them.
#[derive(Serialize)]
pub(super) struct GapLine {
    pub lane: LaneIndex,
    /// Order of joining the lane, of the first.
    pub from: u64,
    /// The one behind the last.
    pub to: u64,
    pub at_ms: i64,
}

/// An entry of the append-only log of changes.
#[derive(Serialize)]
pub(super) struct ChangeLine {
    pub at_ms: i64,
    pub by: By,
    pub phase: RoomPhase,
    pub lease_cap: i32,
    pub rate_per_minute: i32,
    /// What was asked for.
    pub change: Value,
}

/// Who changed something.
#[derive(Serialize)]
pub(super) struct By {
    /// `system`, or the role of the account.
    pub role: String,
    /// The account, as a keyed hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
}

/// One place.
#[derive(Debug, Serialize)]
pub(super) struct PlaceLine {
    pub ordinal: u64,
    pub number: u64,
    pub outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub released_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_ms: Option<i64>,
    /// When its lease ended, or when it left the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<i64>,
    /// Let in by "admit n now", beyond the rate.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub extra: bool,
    /// Who joined, as a keyed hash: the same for every place of one fan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
}

/// What became of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// Came in and bought.
    Finished,
    /// Came in and gave the pass back.
    GivenBack,
    /// Came in, and its time ran out.
    Expired,
    /// Came in; the end was not written down (yet).
    Shopping,
    /// Did not take up the offer in time.
    NoShow,
    /// Gave the offer back.
    Declined,
    /// Was offered; neither taken up nor over (yet).
    Offered,
    /// Left before its turn.
    Left,
    /// Was never confirmed to anybody, and passed over.
    Forfeited,
    /// Still waits, or waited when the room closed.
    Waiting,
    /// Was passed over, and no record says why: a breach.
    PassedOver,
}

/// One second in which somebody came in.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct SecondLine {
    /// When it begins.
    pub at_ms: i64,
    /// How many came in.
    pub released: u64,
    /// How many of them beyond the rate.
    pub extra: u64,
    /// Most that came in within the rate in 60 s that end in this second with one of them.
    pub in_60_s: u64,
    /// Widest rate that may have been in force.
    pub rate: i64,
    /// Most leases that lived when somebody came in.
    pub leases: u64,
    /// Widest cap that may have been in force.
    pub cap: i64,
}

/// What the places add up to.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct SummaryLine {
    pub places: u64,
    pub released: u64,
    pub extra: u64,
    pub claimed: u64,
    pub no_shows: u64,
    pub outcomes: std::collections::BTreeMap<Outcome, u64>,
    /// Who came in after somebody with a higher number.
    pub inversions: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_ms: Option<Waits>,
}

/// From joining, or the draw if that was later, until coming in; nearest rank.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Waits {
    pub p50: i64,
    pub p90: i64,
    pub p99: i64,
    pub max: i64,
}

/// The last line.
#[derive(Serialize)]
pub(super) struct SignatureLine {
    /// How many lines are before this one.
    pub lines: u64,
    /// Of every byte before this line, hex.
    pub sha256: String,
    /// The Ed25519 public key, base64.
    pub key: String,
    /// Over `"onsale evidence 1"`, the event's id (16 bytes) and the hash (32 bytes); base64.
    pub signature: String,
}
