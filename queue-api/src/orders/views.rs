//! Orders as organisers see them.

use serde::{Deserialize, Serialize};
use shared::domain::{BookingId, BookingStatus, Money, NotificationStatus, RejectionReason};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

/// Which orders.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct OrderQuery {
    /// Part of the buyer's name or e-mail address, or of the booking's id (at least 4 characters), or a seat
    /// ("Stalls F 12").
    pub q: Option<String>,
    /// Only those that stand there.
    pub status: Option<BookingStatus>,
    /// `next_cursor` of the page before.
    pub cursor: Option<BookingId>,
    /// 1 to 100, else 50.
    pub limit: Option<u32>,
}

/// One page of orders.
#[derive(Serialize, ToSchema)]
pub(super) struct OrderPage {
    pub items: Vec<OrderItem>,
    /// Give it as `cursor` to get the next page; none: this is the last.
    pub next_cursor: Option<BookingId>,
}

/// An order in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct OrderItem {
    pub id: BookingId,
    pub status: BookingStatus,
    /// Why it was rejected.
    pub reason: Option<RejectionReason>,
    /// None of a guest who has not said.
    pub buyer_name: Option<String>,
    /// None of a guest who has not said.
    pub buyer_email: Option<String>,
    pub ticket_count: i64,
    pub total: Money,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Of its latest mail; none: there is none yet.
    pub mail_status: Option<NotificationStatus>,
}
