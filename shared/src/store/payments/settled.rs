//! Writing down what the gateway did. Rows are locked in the order of their ids, payments before bookings.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::domain::PaymentId;

/// The money was taken.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn mark_captured(pool: &PgPool, ids: &[PaymentId]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "WITH mine AS (
             SELECT id FROM payments WHERE id = ANY($1) AND status = 'authorized' ORDER BY id FOR UPDATE
         )
         UPDATE payments p SET status = 'captured', captured_minor = amount_minor, updated_at = now()
         FROM mine WHERE p.id = mine.id",
        &uuids(ids),
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// The reservation was let go of; a cancelled booking thereby has its money back.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn mark_voided(pool: &PgPool, ids: &[PaymentId]) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    let bookings = sqlx::query_scalar!(
        "WITH mine AS (
             SELECT id FROM payments
             WHERE id = ANY($1) AND status IN ('pending', 'authorized', 'voided', 'failed')
             ORDER BY id FOR UPDATE
         )
         UPDATE payments p SET to_void = false, updated_at = now(),
             status = CASE WHEN status = 'failed' THEN status ELSE 'voided' END
         FROM mine WHERE p.id = mine.id
         RETURNING p.booking_id",
        &uuids(ids),
    )
    .fetch_all(&mut *tx)
    .await?;
    mark_money_returned(&mut tx, &bookings).await?;
    tx.commit().await
}

/// The money was given back.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn mark_refunded(pool: &PgPool, ids: &[PaymentId]) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    let bookings = sqlx::query_scalar!(
        "WITH mine AS (
             SELECT id FROM payments WHERE id = ANY($1) AND status IN ('captured', 'refunded')
             ORDER BY id FOR UPDATE
         )
         UPDATE payments p SET status = 'refunded', refunded_minor = captured_minor, updated_at = now()
         FROM mine WHERE p.id = mine.id
         RETURNING p.booking_id",
        &uuids(ids),
    )
    .fetch_all(&mut *tx)
    .await?;
    mark_money_returned(&mut tx, &bookings).await?;
    tx.commit().await
}

async fn mark_money_returned(tx: &mut PgConnection, bookings: &[Uuid]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "WITH mine AS (
             SELECT id FROM bookings WHERE id = ANY($1) AND status = 'cancelled' ORDER BY id FOR UPDATE
         )
         UPDATE bookings b SET status = 'refunded' FROM mine WHERE b.id = mine.id",
        bookings,
    )
    .execute(tx)
    .await?;
    Ok(())
}

fn uuids(ids: &[PaymentId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}
