//! The SQL of sales: one statement a question, each on an index of its event.

use shared::domain::EventId;
use sqlx::PgPool;

use super::views::SalesMinute;

/// Money, bookings and mails of an event.
pub(super) struct Counts {
    pub captured_minor: i64,
    pub refunded_minor: i64,
    pub processing: i64,
    pub confirmed: i64,
    pub rejected: i64,
    pub cancelled: i64,
    pub last_minute: i64,
    pub tickets: i64,
    pub mails_pending: i64,
    pub mails_failed: i64,
}

/// Offers of a waiting room, as its record has them.
pub(super) struct Offers {
    pub offered: i64,
    pub lapsed: i64,
}

pub(super) async fn counts(pool: &PgPool, event: EventId) -> sqlx::Result<Counts> {
    sqlx::query_as!(
        Counts,
        r#"SELECT p.captured_minor AS "captured_minor!", p.refunded_minor AS "refunded_minor!",
                  p.processing AS "processing!", b.confirmed AS "confirmed!", b.rejected AS "rejected!",
                  b.cancelled AS "cancelled!", b.tickets AS "tickets!", l.last_minute AS "last_minute!",
                  m.pending AS "mails_pending!", m.failed AS "mails_failed!"
           FROM (SELECT coalesce(sum(captured_minor), 0)::bigint AS captured_minor,
                        coalesce(sum(refunded_minor), 0)::bigint AS refunded_minor,
                        count(*) FILTER (WHERE accepted_at IS NOT NULL AND decided.id IS NULL
                                           AND payments.status IN ('pending', 'authorized')) AS processing
                 FROM payments LEFT JOIN bookings decided ON decided.id = payments.booking_id
                 WHERE payments.event_id = $1) p,
                (SELECT count(*) FILTER (WHERE status = 'confirmed') AS confirmed,
                        count(*) FILTER (WHERE status = 'rejected') AS rejected,
                        count(*) FILTER (WHERE status IN ('cancelled', 'refunded')) AS cancelled,
                        coalesce(sum(ticket_count) FILTER (WHERE status = 'confirmed'), 0)::bigint AS tickets
                 FROM bookings WHERE event_id = $1) b,
                (SELECT count(*) AS last_minute FROM bookings
                 WHERE event_id = $1 AND created_at > now() - interval '60 seconds'
                   AND status IN ('confirmed', 'cancelled', 'refunded')) l,
                (SELECT count(*) FILTER (WHERE n.status = 'pending') AS pending,
                        count(*) FILTER (WHERE n.status = 'failed') AS failed
                 FROM notifications n JOIN bookings of ON of.id = n.booking_id
                 WHERE n.status <> 'sent' AND of.event_id = $1) m"#,
        event.0
    )
    .fetch_one(pool)
    .await
}

pub(super) async fn offers(pool: &PgPool, event: EventId) -> sqlx::Result<Offers> {
    sqlx::query_as!(
        Offers,
        r#"SELECT (SELECT count(*) FROM admissions
                   WHERE event_id = $1 AND claimed_at IS NULL AND ended_at IS NULL) AS "offered!",
                  (SELECT count(*) FROM admissions
                   WHERE event_id = $1 AND claimed_at IS NULL AND outcome = 'expired') AS "lapsed!""#,
        event.0
    )
    .fetch_one(pool)
    .await
}

/// Seats that are not for sale.
pub(super) async fn blocked(pool: &PgPool, event: EventId) -> sqlx::Result<Vec<i32>> {
    sqlx::query_scalar!("SELECT seat_index FROM blocked_seats WHERE event_id = $1", event.0)
        .fetch_all(pool)
        .await
}

pub(super) async fn minutes(pool: &PgPool, event: EventId) -> sqlx::Result<Vec<SalesMinute>> {
    sqlx::query_as!(
        SalesMinute,
        r#"WITH minutes AS (
               SELECT generate_series(date_trunc('minute', now()) - interval '59 minutes',
                                      date_trunc('minute', now()), interval '1 minute') AS minute
           ), sold AS (
               SELECT date_trunc('minute', created_at) AS minute, count(*) AS bookings,
                      sum(ticket_count)::bigint AS tickets, sum(total_minor)::bigint AS revenue_minor
               FROM bookings
               WHERE event_id = $1 AND created_at >= date_trunc('minute', now()) - interval '59 minutes'
                 AND status IN ('confirmed', 'cancelled', 'refunded')
               GROUP BY 1
           ), admitted AS (
               SELECT date_trunc('minute', admitted_at) AS minute, count(*) AS admissions
               FROM admissions
               WHERE event_id = $1 AND admitted_at >= date_trunc('minute', now()) - interval '59 minutes'
               GROUP BY 1
           )
           SELECT minute AS "minute!", coalesce(bookings, 0) AS "bookings!", coalesce(tickets, 0) AS "tickets!",
                  coalesce(revenue_minor, 0) AS "revenue_minor!", coalesce(admissions, 0) AS "admissions!"
           FROM minutes LEFT JOIN sold USING (minute) LEFT JOIN admitted USING (minute)
           ORDER BY minute"#,
        event.0
    )
    .fetch_all(pool)
    .await
}
