//! The SQL of orders. An order is a payment that was accepted, and the booking it became.

use shared::domain::{
    BookingId, BookingStatus, Currency, EventId, Money, NotificationStatus, PaymentStatus, RejectionReason,
};
use sqlx::PgPool;
use time::OffsetDateTime;

use super::{service::Search, views::OrderItem};

/// Which orders.
pub(super) struct Wanted {
    pub event: EventId,
    pub before: Option<BookingId>,
    pub status: Option<BookingStatus>,
    pub search: Option<Search>,
    pub most: i64,
}

/// An order as it is exported.
pub(super) struct ExportRow {
    pub id: BookingId,
    pub status: BookingStatus,
    pub reason: Option<RejectionReason>,
    pub created_at: OffsetDateTime,
    pub buyer_name: Option<String>,
    pub buyer_email: Option<String>,
    pub ticket_count: i64,
    /// Of its tickets; −1 of one that stands in an area.
    pub seats: Vec<i32>,
    /// Of its tickets; −1 of one that has a seat.
    pub areas: Vec<i16>,
    pub total_minor: i64,
    pub captured_minor: i64,
    pub refunded_minor: i64,
    pub gateway: String,
    pub payment_status: PaymentStatus,
    pub mail_status: Option<NotificationStatus>,
}

/// Newest first.
pub(super) async fn page(pool: &PgPool, wanted: &Wanted) -> sqlx::Result<Vec<OrderItem>> {
    let search = wanted.search.as_ref();
    let rows = sqlx::query!(
        r#"SELECT p.booking_id AS "id: BookingId", coalesce(b.status, 'processing') AS "status!: BookingStatus",
                  b.reason AS "reason: RejectionReason", u.name AS "name?", u.email AS "email?",
                  jsonb_array_length(p.items)::bigint AS "ticket_count!", p.amount_minor, p.currency,
                  coalesce(b.created_at, p.accepted_at) AS "created_at!", m.status AS "mail?: NotificationStatus"
           FROM payments p
           JOIN users u ON u.id = p.user_id
           LEFT JOIN bookings b ON b.id = p.booking_id
           LEFT JOIN LATERAL (SELECT n.status FROM notifications n WHERE n.booking_id = p.booking_id
                              ORDER BY n.created_at DESC, n.id DESC LIMIT 1) m ON true
           WHERE p.event_id = $1 AND ($2::uuid IS NULL OR p.booking_id < $2)
             AND (b.id IS NOT NULL OR p.accepted_at IS NOT NULL)
             AND ($3::text IS NULL OR coalesce(b.status, 'processing') = $3)
             AND ($4::text IS NULL OR position($4 in lower(u.name)) > 0 OR position($4 in lower(u.email)) > 0
                  OR position($5 in p.booking_id::text) > 0
                  OR EXISTS (SELECT FROM tickets t
                             WHERE t.booking_id = p.booking_id AND t.seat_index = ANY($6::integer[])))
           ORDER BY p.booking_id DESC LIMIT $7"#,
        wanted.event.0,
        wanted.before.map(|booking| booking.0),
        wanted.status.map(BookingStatus::as_str),
        search.map(|search| search.text.as_str()),
        search.and_then(|search| search.id.as_deref()),
        search.map_or(&[][..], |search| &search.seats),
        wanted.most
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency: Currency =
                row.currency.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
            Ok(OrderItem {
                id: row.id,
                status: row.status,
                reason: row.reason,
                buyer_name: row.name,
                buyer_email: row.email,
                ticket_count: row.ticket_count,
                total: Money::new(row.amount_minor, currency),
                created_at: row.created_at,
                mail_status: row.mail,
            })
        })
        .collect()
}

/// The orders after one, oldest first.
pub(super) async fn export(
    pool: &PgPool,
    event: EventId,
    after: Option<BookingId>,
    most: i64,
) -> sqlx::Result<Vec<ExportRow>> {
    sqlx::query_as!(
        ExportRow,
        r#"SELECT p.booking_id AS "id: BookingId", coalesce(b.status, 'processing') AS "status!: BookingStatus",
                  b.reason AS "reason: RejectionReason", coalesce(b.created_at, p.accepted_at) AS "created_at!",
                  u.name AS "buyer_name?", u.email AS "buyer_email?",
                  jsonb_array_length(p.items)::bigint AS "ticket_count!",
                  ARRAY(SELECT coalesce(t.seat_index, -1) FROM tickets t WHERE t.booking_id = p.booking_id
                        ORDER BY t.seat_index, t.area_index, t.id) AS "seats!",
                  ARRAY(SELECT coalesce(t.area_index, -1::smallint) FROM tickets t
                        WHERE t.booking_id = p.booking_id ORDER BY t.seat_index, t.area_index, t.id) AS "areas!: Vec<i16>",
                  p.amount_minor AS total_minor, p.captured_minor, p.refunded_minor, p.gateway,
                  p.status AS "payment_status: PaymentStatus", m.status AS "mail_status?: NotificationStatus"
           FROM payments p
           JOIN users u ON u.id = p.user_id
           LEFT JOIN bookings b ON b.id = p.booking_id
           LEFT JOIN LATERAL (SELECT n.status FROM notifications n WHERE n.booking_id = p.booking_id
                              ORDER BY n.created_at DESC, n.id DESC LIMIT 1) m ON true
           WHERE p.event_id = $1 AND ($2::uuid IS NULL OR p.booking_id > $2)
             AND (b.id IS NOT NULL OR p.accepted_at IS NOT NULL)
           ORDER BY p.booking_id LIMIT $3"#,
        event.0,
        after.map(|booking| booking.0),
        most
    )
    .fetch_all(pool)
    .await
}
