//! The row of a logical mail: claimed, sent, failed.

use std::time::Duration;

use shared::domain::{BookingId, NotificationStatus, OfferId};
use sqlx::PgPool;
use uuid::Uuid;

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// A booking.
    Booking(BookingId),
    /// An offer of a waiting list.
    Offer(OfferId),
}

impl About {
    /// One of the two.
    fn ids(self) -> (Option<Uuid>, Option<Uuid>) {
        match self {
            Self::Booking(booking) => (Some(booking.0), None),
            Self::Offer(offer) => (None, Some(offer.0)),
        }
    }
}

impl std::fmt::Display for About {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Booking(booking) => write!(f, "booking {booking}"),
            Self::Offer(offer) => write!(f, "offer {offer}"),
        }
    }
}

/// What may be done about a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// Ours to send, until the lease ends.
    Ours(Notification),
    /// Another notifier is at it, or died while it was.
    Busy,
    /// Sent, or given up.
    Settled(NotificationStatus),
}

/// A claimed mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Notification {
    /// Its id, from which its Message-ID is made.
    pub(super) id: Uuid,
    /// How often it was tried in vain.
    pub(super) retry_count: u32,
}

/// Claims a mail for the length of a lease.
pub(super) async fn claim(
    pool: &PgPool,
    about: About,
    template: &str,
    lease: Duration,
) -> Result<Claim, sqlx::Error> {
    let (booking, offer) = about.ids();
    // Whoever was first has the row; then one of those who want it has the lease.
    sqlx::query!(
        "INSERT INTO notifications (id, booking_id, offer_id, channel, template)
         VALUES ($1, $2, $3, 'email', $4) ON CONFLICT DO NOTHING",
        Uuid::now_v7(),
        booking,
        offer,
        template
    )
    .execute(pool)
    .await?;
    let claimed = sqlx::query!(
        "UPDATE notifications SET leased_until = now() + make_interval(secs => $4)
         WHERE (booking_id = $1 OR offer_id = $2) AND channel = 'email' AND template = $3
           AND status = 'pending' AND (leased_until IS NULL OR leased_until < now())
         RETURNING id, retry_count",
        booking,
        offer,
        template,
        lease.as_secs_f64()
    )
    .fetch_optional(pool)
    .await?;
    if let Some(row) = claimed {
        let retry_count = row.retry_count.try_into().unwrap_or(0);
        return Ok(Claim::Ours(Notification { id: row.id, retry_count }));
    }
    let status = sqlx::query_scalar!(
        r#"SELECT status AS "status: NotificationStatus" FROM notifications
           WHERE (booking_id = $1 OR offer_id = $2) AND channel = 'email' AND template = $3"#,
        booking,
        offer,
        template
    )
    .fetch_one(pool)
    .await?;
    Ok(match status {
        NotificationStatus::Pending => Claim::Busy,
        settled => Claim::Settled(settled),
    })
}

/// Marks it as handed over.
pub(super) async fn sent(pool: &PgPool, notification: Notification) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE notifications SET status = 'sent', sent_at = now(), leased_until = NULL
         WHERE id = $1 AND status = 'pending'",
        notification.id
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Counts a try that failed, and lets others try.
pub(super) async fn failed_for_now(
    pool: &PgPool,
    notification: Notification,
    error: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE notifications SET retry_count = retry_count + 1, last_error = left($2, 500), leased_until = NULL
         WHERE id = $1 AND status = 'pending'",
        notification.id,
        error
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Gives it up.
pub(super) async fn failed_for_good(
    pool: &PgPool,
    notification: Notification,
    error: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE notifications SET status = 'failed', last_error = left($2, 500), leased_until = NULL
         WHERE id = $1 AND status = 'pending'",
        notification.id,
        error
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Forgets that it was given up.
pub(super) async fn try_again(pool: &PgPool, about: About, template: &str) -> Result<(), sqlx::Error> {
    let (booking, offer) = about.ids();
    sqlx::query!(
        "UPDATE notifications SET status = 'pending', retry_count = 0
         WHERE (booking_id = $1 OR offer_id = $2) AND channel = 'email' AND template = $3 AND status = 'failed'",
        booking,
        offer,
        template
    )
    .execute(pool)
    .await?;
    Ok(())
}
