//! What a mail tells, read from the stores.

use std::sync::Arc;

use shared::{
    domain::{BookingId, BookingStatus, EventId, Locale, Money, RejectionReason},
    store::{
        events::{EventCache, EventRecord},
        tickets::{self, TicketRecord},
    },
};
use sqlx::PgPool;

/// A booking with everything a mail about it needs.
pub(super) struct Material {
    pub(super) booking_id: BookingId,
    pub(super) status: BookingStatus,
    pub(super) reason: Option<RejectionReason>,
    pub(super) total: Money,
    pub(super) name: String,
    pub(super) email: String,
    /// The language of the mail.
    pub(super) locale: Locale,
    /// Whether the mail must open the booking by itself.
    pub(super) guest: bool,
    pub(super) event: Arc<EventRecord>,
    pub(super) tickets: Vec<TicketRecord>,
}

/// Why a mail cannot be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum MaterialError {
    /// A store does not answer.
    #[error("PostgreSQL: {0}")]
    Store(#[from] sqlx::Error),
    /// A store does not answer.
    #[error("PostgreSQL: {0}")]
    Events(#[from] Arc<sqlx::Error>),
    /// What the fact speaks of does not exist.
    #[error("{0}")]
    Missing(&'static str),
}

/// Reads it.
pub(super) async fn load(
    pool: &PgPool,
    events: &EventCache,
    booking: BookingId,
) -> Result<Material, MaterialError> {
    let row = sqlx::query!(
        r#"SELECT b.event_id AS "event_id: EventId", b.status AS "status: BookingStatus",
                  b.reason AS "reason: RejectionReason", b.total_minor, b.currency, u.name AS "name?",
                  u.email AS "email?", u.guest, u.locale AS "locale: Locale"
           FROM bookings b JOIN users u ON u.id = b.user_id WHERE b.id = $1"#,
        booking.0
    )
    .fetch_optional(pool)
    .await?
    .ok_or(MaterialError::Missing("there is no such booking"))?;
    let currency = row.currency.parse().map_err(|_| MaterialError::Missing("the booking has no currency"))?;
    Ok(Material {
        booking_id: booking,
        status: row.status,
        reason: row.reason,
        total: Money::new(row.total_minor, currency),
        name: row.name.ok_or(MaterialError::Missing("the guest has no name"))?,
        email: row.email.ok_or(MaterialError::Missing("the guest has no address"))?,
        locale: row.locale,
        guest: row.guest,
        event: events.get(row.event_id).await?.ok_or(MaterialError::Missing("there is no such event"))?,
        tickets: tickets::of_booking(pool, booking).await?,
    })
}
