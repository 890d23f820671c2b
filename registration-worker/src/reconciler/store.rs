//! What the reconciler looks for, oldest first, a bounded number at a time.

use shared::{
    contracts::ProcessBooking,
    domain::{
        AreaIndex, BookingId, BookingStatus, EventId, HoldId, PaymentId, PaymentStatus, SeatIndex, UserId,
    },
    payments::{Charge, ChargeReference},
    store::bookings::cancel::Cancelled,
};
use sqlx::{PgPool, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

/// Most rows of one kind in one look.
const MOST: i64 = 200;

/// A decided booking whose money has not moved.
pub(super) struct Unsettled {
    pub(super) booking_id: BookingId,
    pub(super) status: BookingStatus,
    pub(super) charge: Charge,
}

/// Gives up checkouts that were never accepted and of which nothing was heard since `before`; how many.
pub(super) async fn give_up(pool: &PgPool, before: OffsetDateTime) -> Result<usize, sqlx::Error> {
    let mut tx = pool.begin().await?;
    let ids: Vec<Uuid> = sqlx::query_scalar!(
        "SELECT id FROM payments
         WHERE status IN ('pending', 'authorized') AND accepted_at IS NULL AND updated_at < $1
         ORDER BY updated_at LIMIT $2 FOR UPDATE SKIP LOCKED",
        before,
        MOST,
    )
    .fetch_all(&mut *tx)
    .await?;
    if ids.is_empty() {
        return Ok(0);
    }
    // A second statement, so that it sees every decision made before the locks were had. A gateway that was never
    // asked has nothing to let go of.
    let given_up = sqlx::query!(
        "UPDATE payments p SET
             to_void = status = 'authorized' OR attempts > 0 OR updated_at > created_at,
             status = CASE WHEN failure IS NULL THEN 'voided' ELSE 'failed' END,
             updated_at = now()
         WHERE id = ANY($1) AND NOT EXISTS (SELECT FROM bookings b WHERE b.id = p.booking_id)",
        &ids,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(usize::try_from(given_up.rows_affected()).unwrap_or(usize::MAX))
}

/// Charges of payments that were given up.
pub(super) async fn to_void(pool: &PgPool) -> Result<Vec<Charge>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT id, gateway_reference FROM payments WHERE to_void ORDER BY updated_at LIMIT $1",
        MOST,
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| charge(row.id, row.gateway_reference)).collect())
}

/// Commands of bookings that were accepted before `before` and that nobody decided.
pub(super) async fn undecided(
    pool: &PgPool,
    before: OffsetDateTime,
) -> Result<Vec<ProcessBooking>, sqlx::Error> {
    let commands = sqlx::query_scalar!(
        r#"SELECT command AS "command!: Json<ProcessBooking>" FROM payments p
           WHERE status IN ('pending', 'authorized') AND accepted_at < $1
             AND NOT EXISTS (SELECT FROM bookings b WHERE b.id = p.booking_id)
           ORDER BY updated_at LIMIT $2"#,
        before,
        MOST,
    )
    .fetch_all(pool)
    .await?;
    Ok(commands.into_iter().map(|command| command.0).collect())
}

/// Bookings confirmed or rejected before `before` whose money is still only reserved.
pub(super) async fn unsettled(pool: &PgPool, before: OffsetDateTime) -> Result<Vec<Unsettled>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT b.id AS booking_id, b.status AS "status: BookingStatus", p.id, p.gateway_reference
           FROM payments p JOIN bookings b ON b.id = p.booking_id
           WHERE p.status = 'authorized' AND b.status IN ('confirmed', 'rejected') AND b.decided_at < $1
           ORDER BY p.updated_at LIMIT $2"#,
        before,
        MOST,
    )
    .fetch_all(pool)
    .await?;
    let unsettled = rows.into_iter().map(|row| Unsettled {
        booking_id: BookingId(row.booking_id),
        status: row.status,
        charge: charge(row.id, row.gateway_reference),
    });
    Ok(unsettled.collect())
}

/// Confirmed bookings of events that were called off, as far as nobody has been let in with them.
pub(super) async fn confirmed_of_cancelled_events(pool: &PgPool) -> Result<Vec<BookingId>, sqlx::Error> {
    let ids = sqlx::query_scalar!(
        "SELECT b.id FROM events e JOIN bookings b ON b.event_id = e.id
         WHERE e.status = 'cancelled' AND b.status = 'confirmed'
           AND NOT EXISTS (SELECT FROM tickets t WHERE t.booking_id = b.id AND t.status <> 'valid')
         LIMIT $1",
        MOST,
    )
    .fetch_all(pool)
    .await?;
    Ok(ids.into_iter().map(BookingId).collect())
}

/// Bookings cancelled before `before` whose seats or money may not have been returned.
pub(super) async fn unreturned(pool: &PgPool, before: OffsetDateTime) -> Result<Vec<Cancelled>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT b.id, b.event_id, b.user_id, b.hold_id, p.id AS payment_id, p.gateway_reference,
                  p.status AS "payment: PaymentStatus",
                  ARRAY(SELECT t.seat_index FROM tickets t
                        WHERE t.booking_id = b.id AND t.seat_index IS NOT NULL) AS "seats!: Vec<i32>",
                  ARRAY(SELECT t.area_index FROM tickets t
                        WHERE t.booking_id = b.id AND t.area_index IS NOT NULL) AS "areas!: Vec<i16>"
           FROM bookings b JOIN payments p ON p.booking_id = b.id
           WHERE b.status = 'cancelled' AND b.cancelled_at < $1
           ORDER BY b.id LIMIT $2"#,
        before,
        MOST,
    )
    .fetch_all(pool)
    .await?;
    let cancelled = rows.into_iter().map(|row| Cancelled {
        booking_id: BookingId(row.id),
        event_id: EventId(row.event_id),
        user_id: UserId(row.user_id),
        hold_id: HoldId(row.hold_id),
        seats: row.seats.into_iter().filter_map(|seat| SeatIndex::try_from(seat).ok()).collect(),
        areas: counted(row.areas),
        payment: row.payment,
        charge: charge(row.payment_id, row.gateway_reference),
    });
    Ok(cancelled.collect())
}

/// Forgets guests whose time has come, unless they checked out once: those are kept for good. How many.
pub(super) async fn forget_guests(pool: &PgPool, now: OffsetDateTime) -> Result<usize, sqlx::Error> {
    sqlx::query!(
        "UPDATE users SET forget_at = NULL WHERE id IN (
             SELECT u.id FROM users u
             WHERE u.forget_at < $1 AND EXISTS (SELECT FROM payments p WHERE p.user_id = u.id)
             ORDER BY u.forget_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now,
        MOST,
    )
    .execute(pool)
    .await?;
    // The locks keep new payments of them away.
    let forgotten = sqlx::query!(
        "DELETE FROM users WHERE id IN (
             SELECT u.id FROM users u
             WHERE u.forget_at < $1 AND NOT EXISTS (SELECT FROM payments p WHERE p.user_id = u.id)
               AND NOT EXISTS (SELECT FROM waiting_list_entries e
                               WHERE e.user_id = u.id AND e.status IN ('waiting', 'offered'))
             ORDER BY u.forget_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now,
        MOST,
    )
    .execute(pool)
    .await?;
    Ok(usize::try_from(forgotten.rows_affected()).unwrap_or(usize::MAX))
}

/// Removes files that no map names and that nobody has wanted since `before`; how many.
pub(super) async fn remove_map_files(pool: &PgPool, before: OffsetDateTime) -> Result<usize, sqlx::Error> {
    // What is wanted just now is locked, or wanted once more when its turn comes.
    let removed = sqlx::query!(
        "DELETE FROM seat_map_files WHERE NOT named AND wanted_at < $1 AND hash IN (
             SELECT hash FROM seat_map_files WHERE NOT named AND wanted_at < $1
             ORDER BY wanted_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
        before,
        MOST,
    )
    .execute(pool)
    .await?;
    Ok(usize::try_from(removed.rows_affected()).unwrap_or(usize::MAX))
}

fn counted(areas: Vec<i16>) -> Vec<(AreaIndex, u32)> {
    let mut counts = std::collections::BTreeMap::new();
    for area in areas.into_iter().filter_map(|area| AreaIndex::try_from(area).ok()) {
        *counts.entry(area).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

fn charge(payment: Uuid, reference: Option<String>) -> Charge {
    Charge { payment_id: PaymentId(payment), reference: reference.map(ChargeReference) }
}
