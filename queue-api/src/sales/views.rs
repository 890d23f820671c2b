//! The sale as its organiser sees it.

use serde::Serialize;
use shared::domain::{AreaIndex, Currency, Demand, EventId, EventStatus, RoomPhase, TierIndex};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::waiting_room::lanes::LaneDocument;

/// How a sale goes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SalesReport {
    pub event: EventId,
    pub status: EventStatus,
    pub demand: Demand,
    /// When this was true.
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
    pub currency: Currency,
    /// Seats and standing places together.
    pub total: StockCount,
    /// Seats and standing places, by price.
    pub tiers: Vec<TierStock>,
    /// Standing areas only.
    pub areas: Vec<AreaStock>,
    pub revenue: Revenue,
    pub bookings: BookingCounts,
    pub mails: MailCounts,
    /// Of an event with demand `queue` that was published; also none while its room is being made again.
    pub waiting_room: Option<RoomReport>,
}

/// How many places are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct StockCount {
    /// All of them: `sold + held + blocked + available`.
    pub capacity: u64,
    pub sold: u64,
    /// In somebody's hands, not paid yet.
    pub held: u64,
    /// Not for sale.
    pub blocked: u64,
    pub available: u64,
}

/// The places of one price.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TierStock {
    pub tier: TierIndex,
    pub name: String,
    pub price_minor: i64,
    pub stock: StockCount,
}

/// The places of one standing area.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AreaStock {
    pub area: AreaIndex,
    pub name: String,
    pub tier: TierIndex,
    pub stock: StockCount,
}

/// Money that moved, minor units of the event's currency.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Revenue {
    pub currency: Currency,
    /// Taken from cards.
    pub captured_minor: i64,
    /// Given back of it.
    pub refunded_minor: i64,
    /// `captured_minor - refunded_minor`.
    pub net_minor: i64,
}

/// Bookings by where they stand.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BookingCounts {
    pub confirmed: i64,
    /// Accepted and not decided yet.
    pub processing: i64,
    pub rejected: i64,
    /// Withdrawn, their money returned or on its way back.
    pub cancelled: i64,
    /// Confirmed in the last 60 seconds, whatever became of them.
    pub last_minute: i64,
    /// Tickets that admit or have admitted.
    pub tickets: i64,
}

/// Mails that did not go out yet.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MailCounts {
    /// Waiting for their next try.
    pub pending: i64,
    /// Given up.
    pub failed: i64,
}

/// The waiting room.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RoomReport {
    pub phase: RoomPhase,
    pub pause_reason: Option<String>,
    /// Places that ever joined.
    pub joined: u64,
    /// Places whose turn has not come; those who left meanwhile are still counted.
    pub waiting: u64,
    /// The same by lane, everybody's first; left out where there is only that one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lanes: Vec<LaneDocument>,
    /// The next number to be released.
    pub serving: u64,
    /// Places that may come in and have not done so yet.
    pub offered: u64,
    /// Fans with a living pass.
    pub shopping: u64,
    /// `offered + shopping`: what counts against `lease_cap`.
    pub leases: u64,
    pub lease_cap: u32,
    /// Admissions within the rate in the last 60 seconds.
    pub admitted_last_minute: u64,
    pub rate_per_minute: u32,
    /// Fewer come in than cap and rate allow, since more could not be served: about so many a minute. None: that is not so.
    pub held_to_per_minute: Option<u64>,
    /// Offers that nobody took up in time.
    pub no_shows: u64,
    #[serde(with = "time::serde::rfc3339")]
    pub lobby_opens_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub opens_at: OffsetDateTime,
    pub claim_window_seconds: i64,
    pub grace_seconds: i64,
    pub pass_ttl_seconds: i64,
}

/// The last hour of a sale.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SalesHistory {
    pub event: EventId,
    pub currency: Currency,
    /// 60 entries, oldest first; the last is the minute that is not over yet.
    pub minutes: Vec<SalesMinute>,
}

/// One minute of a sale.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SalesMinute {
    /// When it began.
    #[serde(with = "time::serde::rfc3339")]
    pub minute: OffsetDateTime,
    /// Bookings made in it that were confirmed, whatever became of them.
    pub bookings: i64,
    /// Tickets of these bookings.
    pub tickets: i64,
    /// Price of these bookings, minor units.
    pub revenue_minor: i64,
    /// Places let in from the waiting room.
    pub admissions: i64,
}
