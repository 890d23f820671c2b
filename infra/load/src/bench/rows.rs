//! The least that committing bookings costs: their rows, inserted in batches into tables of their own.

use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sqlx::PgPool;
use uuid::Uuid;

/// Bookings in one transaction.
const BATCH: usize = 200;
/// Transactions at once.
const AT_ONCE: usize = 2;

const TABLES: [&str; 5] = [
    "DROP SCHEMA IF EXISTS bench CASCADE",
    "CREATE SCHEMA bench",
    "CREATE TABLE bench.bookings (LIKE public.bookings INCLUDING ALL)",
    "CREATE TABLE bench.tickets (LIKE public.tickets INCLUDING ALL)",
    "CREATE TABLE bench.outbox (LIKE public.outbox INCLUDING ALL)",
];

/// Inserts so many bookings of two tickets, each with its fact; how long it takes.
pub(super) async fn insert(pool: &PgPool, count: usize) -> anyhow::Result<Duration> {
    for statement in TABLES {
        sqlx::query(statement).execute(pool).await?;
    }
    let event = Uuid::now_v7();
    let batches = (0..count.div_ceil(BATCH)).map(|batch| batch * BATCH..count.min((batch + 1) * BATCH));
    let begun = Instant::now();
    stream::iter(batches)
        .map(|numbers| insert_batch(pool, event, numbers))
        .buffer_unordered(AT_ONCE)
        .try_collect::<()>()
        .await?;
    let took = begun.elapsed();
    sqlx::query("DROP SCHEMA bench CASCADE").execute(pool).await?;
    Ok(took)
}

async fn insert_batch(pool: &PgPool, event: Uuid, numbers: std::ops::Range<usize>) -> anyhow::Result<()> {
    let ids = |count: usize| (0..count).map(|_| Uuid::now_v7()).collect::<Vec<_>>();
    let bookings = ids(numbers.len());
    let owners: Vec<Uuid> = bookings.iter().flat_map(|booking| [*booking, *booking]).collect();
    let seats = (2 * numbers.start..2 * numbers.end).map(i32::try_from).collect::<Result<Vec<_>, _>>()?;
    let mut tx = pool.begin().await?;
    sqlx::query(
        "INSERT INTO bench.bookings (id, event_id, user_id, hold_id, fence, status, total_minor, currency, ticket_count)
         SELECT id, $2, id, id, 1, 'confirmed', 9000, 'EUR', 2 FROM UNNEST($1::uuid[]) AS id",
    )
    .bind(&bookings)
    .bind(event)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "INSERT INTO bench.tickets (id, event_id, booking_id, seat_index, tier, price_minor)
         SELECT id, $4, booking, seat, 0, 4500
         FROM UNNEST($1::uuid[], $2::uuid[], $3::integer[]) AS t (id, booking, seat)",
    )
    .bind(ids(owners.len()))
    .bind(&owners)
    .bind(seats)
    .bind(event)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "INSERT INTO bench.outbox (id, topic, payload)
         SELECT id, 'booking.confirmed', jsonb_build_object('booking_id', id) FROM UNNEST($1::uuid[]) AS id",
    )
    .bind(&bookings)
    .execute(&mut *tx)
    .await?;
    Ok(tx.commit().await?)
}
