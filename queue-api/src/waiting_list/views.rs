//! Waiting lists as clients see them.

use serde::Serialize;
use shared::domain::{EntryStatus, HoldId, TierIndex};
use time::OffsetDateTime;
use utoipa::ToSchema;

/// The list as a fan sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct ListView {
    /// Whether the list can be joined by somebody for whom nothing is left.
    pub open: bool,
    /// Whether nothing at all is left.
    pub sold_out: bool,
    /// The caller's last entry.
    #[schema(required)]
    pub entry: Option<EntryView>,
    /// Compare deadlines with it, not with the device's clock.
    #[serde(with = "time::serde::rfc3339")]
    pub server_time: OffsetDateTime,
}

/// One's entry.
#[derive(Serialize, ToSchema)]
pub(super) struct EntryView {
    pub status: EntryStatus,
    pub quantity: u32,
    /// Null: any.
    #[schema(required)]
    pub tier: Option<TierIndex>,
    pub together: bool,
    #[serde(with = "time::serde::rfc3339")]
    pub joined_at: OffsetDateTime,
    /// About how many who want the same, or what could be the same, wait before it.
    pub ahead: i64,
    /// What is held for it.
    #[schema(required)]
    pub offer: Option<OfferView>,
}

/// Returned seats held for one.
#[derive(Clone, Copy, Serialize, ToSchema)]
pub(super) struct OfferView {
    /// Leads to the checkout: `/holds/{hold}`.
    pub hold: HoldId,
    /// Until when it can be paid.
    #[serde(with = "time::serde::rfc3339")]
    pub deadline: OffsetDateTime,
}

/// The list as its organiser sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct ListSummary {
    pub enabled: bool,
    /// How long an offer stands at most.
    pub offer_minutes: i32,
    /// Entries that wait.
    pub waiting: i64,
    /// Entries with an offer.
    pub offered: i64,
    /// Entries that bought what was offered.
    pub served: i64,
    /// What is waited for, by tier; `any` first.
    pub tiers: Vec<TierWaiting>,
}

/// Who waits for one tier.
#[derive(Serialize, ToSchema)]
pub(super) struct TierWaiting {
    /// Null: any.
    #[schema(required)]
    pub tier: Option<TierIndex>,
    pub entries: i64,
    /// Tickets they want.
    pub tickets: i64,
}
