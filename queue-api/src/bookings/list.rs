//! A fan's own bookings.

use serde::{Deserialize, Serialize};
use shared::domain::{BookingId, BookingStatus, Currency, EventId, Money, UserId};
use sqlx::PgPool;
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use crate::{app::App, problem::Problem};

const DEFAULT_LIMIT: u32 = 20;
const MOST: u32 = 100;

/// Which bookings.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// `next_cursor` of the page before.
    cursor: Option<BookingId>,
    /// 1 to 100, else 20.
    limit: Option<u32>,
}

/// One page of bookings.
#[derive(Serialize, ToSchema)]
pub(super) struct BookingPage {
    items: Vec<BookingSummary>,
    /// Give it as `cursor` to get the next page; none: this is the last.
    next_cursor: Option<BookingId>,
}

/// A booking in a list.
#[derive(Serialize, ToSchema)]
struct BookingSummary {
    id: BookingId,
    event: EventId,
    event_title: String,
    venue: String,
    time_zone: String,
    #[serde(with = "time::serde::rfc3339")]
    starts_at: OffsetDateTime,
    status: BookingStatus,
    ticket_count: i64,
    total: Money,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
}

/// The bookings of a user, newest first: decided ones and those that are processed right now.
///
/// # Errors
/// 422 when the limit is out of range.
pub(super) async fn own(app: &App, user: UserId, query: &ListQuery) -> Result<BookingPage, Problem> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::invalid("limit", "must be 1 to 100"));
    }
    let mut items = read(&app.pool, user, query.cursor, i64::from(limit) + 1).await?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|last| last.id);
    Ok(BookingPage { items, next_cursor })
}

async fn read(
    pool: &PgPool,
    user: UserId,
    before: Option<BookingId>,
    most: i64,
) -> Result<Vec<BookingSummary>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT p.booking_id AS "id: BookingId", p.event_id AS "event: EventId", e.title, e.venue, e.time_zone,
                  e.starts_at, coalesce(b.status, 'processing') AS "status!: BookingStatus",
                  jsonb_array_length(p.items)::bigint AS "ticket_count!", p.amount_minor, p.currency,
                  coalesce(b.created_at, p.accepted_at) AS "created_at!"
           FROM payments p
           JOIN events e ON e.id = p.event_id
           LEFT JOIN bookings b ON b.id = p.booking_id
           WHERE p.user_id = $1 AND ($2::uuid IS NULL OR p.booking_id < $2)
             AND (b.id IS NOT NULL OR p.accepted_at IS NOT NULL)
           ORDER BY p.booking_id DESC LIMIT $3"#,
        user.0,
        before.map(|booking| booking.0),
        most,
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency: Currency =
                row.currency.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
            Ok(BookingSummary {
                id: row.id,
                event: row.event,
                event_title: row.title,
                venue: row.venue,
                time_zone: row.time_zone,
                starts_at: row.starts_at,
                status: row.status,
                ticket_count: row.ticket_count,
                total: Money::new(row.amount_minor, currency),
                created_at: row.created_at,
            })
        })
        .collect()
}
