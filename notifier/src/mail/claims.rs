//! The row of a logical mail: claimed, sent, failed.

use std::time::Duration;

use shared::domain::{BookingId, NotificationStatus};
use sqlx::PgPool;
use uuid::Uuid;

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

/// Claims the mail of a booking and template for the length of a lease.
pub(super) async fn claim(
    pool: &PgPool,
    booking: BookingId,
    template: &str,
    lease: Duration,
) -> Result<Claim, sqlx::Error> {
    let lease_s = lease.as_secs_f64();
    let claimed = sqlx::query!(
        "INSERT INTO notifications AS n (id, booking_id, channel, template, leased_until)
         VALUES ($1, $2, 'email', $3, now() + make_interval(secs => $4))
         ON CONFLICT ON CONSTRAINT notifications_once_key DO UPDATE SET leased_until = EXCLUDED.leased_until
             WHERE n.status = 'pending' AND (n.leased_until IS NULL OR n.leased_until < now())
         RETURNING id, retry_count",
        Uuid::now_v7(),
        booking.0,
        template,
        lease_s
    )
    .fetch_optional(pool)
    .await?;
    if let Some(row) = claimed {
        let retry_count = row.retry_count.try_into().unwrap_or(0);
        return Ok(Claim::Ours(Notification { id: row.id, retry_count }));
    }
    let status = sqlx::query_scalar!(
        r#"SELECT status AS "status: NotificationStatus" FROM notifications
           WHERE booking_id = $1 AND channel = 'email' AND template = $2"#,
        booking.0,
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
pub(super) async fn try_again(pool: &PgPool, booking: BookingId, template: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE notifications SET status = 'pending', retry_count = 0
         WHERE booking_id = $1 AND channel = 'email' AND template = $2 AND status = 'failed'",
        booking.0,
        template
    )
    .execute(pool)
    .await?;
    Ok(())
}
