//! The SQL of bookings beyond what `shared::store::bookings` has: what their organiser sees, and mails asked for
//! again.

use shared::{
    contracts::{Event, EventKind, events::MailRequest},
    domain::{BookingId, EventId, NotificationStatus, PaymentStatus, UserId},
    store::outbox,
};
use sqlx::{PgConnection, PgPool};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::organiser::{Buyer, NotificationView, PaymentFacts};

/// What became of asking for a mail again.
pub(super) enum Requested {
    /// It will be sent.
    Done,
    /// As many as may be were asked for; the next one may be after this.
    TooMany { wait: Duration },
}

/// Who made the booking, and how its payment stands.
pub(super) async fn buyer(pool: &PgPool, booking: BookingId) -> sqlx::Result<Option<(Buyer, PaymentFacts)>> {
    let row = sqlx::query!(
        r#"SELECT u.id AS "user: UserId", u.name AS "name?", u.email AS "email?", p.gateway,
                  p.gateway_reference, p.status AS "status: PaymentStatus", p.captured_minor, p.refunded_minor
           FROM payments p JOIN users u ON u.id = p.user_id WHERE p.booking_id = $1"#,
        booking.0
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| {
        let buyer = Buyer { user: row.user, name: row.name, email: row.email };
        let payment = PaymentFacts {
            gateway: row.gateway,
            reference: row.gateway_reference,
            status: row.status,
            captured_minor: row.captured_minor,
            refunded_minor: row.refunded_minor,
        };
        (buyer, payment)
    }))
}

/// The mails of a booking, oldest first.
pub(super) async fn notifications(pool: &PgPool, booking: BookingId) -> sqlx::Result<Vec<NotificationView>> {
    sqlx::query_as!(
        NotificationView,
        r#"SELECT template, status AS "status: NotificationStatus", retry_count, created_at, sent_at, last_error
           FROM notifications WHERE booking_id = $1 ORDER BY created_at, id LIMIT 100"#,
        booking.0
    )
    .fetch_all(pool)
    .await
}

/// Asks for the mail of a confirmed booking once more, at most `most` times within `window`. The row it will be known
/// by and the fact that makes the notifier send it are written together.
pub(super) async fn request_mail(
    pool: &PgPool,
    (booking, event, user): (BookingId, EventId, UserId),
    (most, window): (i64, Duration),
    now: OffsetDateTime,
) -> sqlx::Result<Requested> {
    let mut tx = pool.begin().await?;
    // One at a time, so that two requests count each other.
    sqlx::query_scalar!("SELECT id FROM bookings WHERE id = $1 FOR UPDATE", booking.0)
        .fetch_one(&mut *tx)
        .await?;
    let before = sqlx::query!(
        r#"SELECT count(*) AS "copies!", count(*) FILTER (WHERE created_at > $3) AS "lately!",
                  min(created_at) FILTER (WHERE created_at > $3) AS oldest
           FROM notifications WHERE booking_id = $1 AND starts_with(template, $2)"#,
        booking.0,
        MailRequest::TEMPLATES,
        now - window
    )
    .fetch_one(&mut *tx)
    .await?;
    if let Some(oldest) = before.oldest.filter(|_| before.lately >= most) {
        return Ok(Requested::TooMany { wait: oldest + window - now });
    }
    send_copy(&mut tx, (booking, event, user), before.copies, now).await?;
    tx.commit().await?;
    Ok(Requested::Done)
}

/// Has the mail of a booking sent once more, which has been sent so often besides the first time; its row is locked by
/// this transaction.
pub(crate) async fn send_copy(
    tx: &mut PgConnection,
    (booking, event, user): (BookingId, EventId, UserId),
    copies: i64,
    now: OffsetDateTime,
) -> sqlx::Result<()> {
    let copy = u32::try_from(copies + 1).unwrap_or(u32::MAX);
    let request = MailRequest { booking_id: booking, event_id: event, user_id: user, copy };
    sqlx::query!(
        "INSERT INTO notifications (id, booking_id, channel, template, created_at)
         VALUES ($1, $2, 'email', $3, $4)",
        Uuid::now_v7(),
        booking.0,
        request.template(),
        now
    )
    .execute(&mut *tx)
    .await?;
    outbox::insert(tx, &[Event::new(EventKind::MailRequested(request), now)]).await
}
