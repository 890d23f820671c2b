//! Reading bookings.

use sqlx::PgPool;
use time::OffsetDateTime;

use crate::domain::{BookingId, BookingStatus, EventId, NotificationStatus, RejectionReason, UserId};

/// A decided booking as stored.
#[derive(Clone, Debug)]
pub struct Booking {
    /// Its id.
    pub id: BookingId,
    /// Its event.
    pub event_id: EventId,
    /// Whose it is.
    pub user_id: UserId,
    /// Where it stands.
    pub status: BookingStatus,
    /// Why it was rejected.
    pub reason: Option<RejectionReason>,
    /// When it was accepted.
    pub created_at: OffsetDateTime,
    /// When it was cancelled.
    pub cancelled_at: Option<OffsetDateTime>,
}

/// One decided booking.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn find(pool: &PgPool, id: BookingId) -> Result<Option<Booking>, sqlx::Error> {
    sqlx::query_as!(
        Booking,
        r#"SELECT id AS "id: BookingId", event_id AS "event_id: EventId", user_id AS "user_id: UserId",
                  status AS "status: BookingStatus", reason AS "reason: RejectionReason", created_at, cancelled_at
           FROM bookings WHERE id = $1"#,
        id.0,
    )
    .fetch_optional(pool)
    .await
}

/// Where the newest mail about a booking is; none before the first.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn mail(pool: &PgPool, id: BookingId) -> Result<Option<NotificationStatus>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT status AS "status: NotificationStatus" FROM notifications
           WHERE booking_id = $1 AND channel = 'email' ORDER BY created_at DESC LIMIT 1"#,
        id.0,
    )
    .fetch_optional(pool)
    .await
}

/// Live tickets of an event that a person has bought.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn tickets_of(pool: &PgPool, event: EventId, user: UserId) -> Result<u32, sqlx::Error> {
    let tickets = sqlx::query_scalar!(
        "SELECT tickets FROM buyers WHERE event_id = $1 AND user_id = $2",
        event.0,
        user.0
    );
    Ok(tickets.fetch_optional(pool).await?.map_or(0, i32::unsigned_abs))
}
