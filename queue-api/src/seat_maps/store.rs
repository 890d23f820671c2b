//! The SQL of seat maps.

use shared::{
    domain::{EventId, SeatIndex, SeatMap},
    store::events::EventRecord,
};
use sqlx::{PgPool, types::Json};

/// What became of replacing a seat map.
pub(super) enum Replaced {
    Done,
    /// Something was sold, or is being paid for.
    Sold,
    /// The event has changed since it was read.
    Changed,
}

/// Gives an event its seats, areas and blocked seats, as long as nothing of it was sold.
pub(super) async fn replace(
    pool: &PgPool,
    event: &EventRecord,
    map: &SeatMap,
    blocked: &[SeatIndex],
) -> sqlx::Result<Replaced> {
    let mut tx = pool.begin().await?;
    sqlx::query!(
        "INSERT INTO seat_maps (hash, geometry, seat_count) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING",
        map.hash(),
        Json(map.document()) as _,
        i32::try_from(map.seat_count()).unwrap_or(i32::MAX)
    )
    .execute(&mut *tx)
    .await?;
    let updated = sqlx::query!(
        "UPDATE events SET seat_map_hash = $3, version = version + 1, updated_at = now()
         WHERE id = $1 AND version = $2",
        event.id.0,
        event.version,
        map.hash()
    )
    .execute(&mut *tx)
    .await?;
    if updated.rows_affected() == 0 {
        return Ok(Replaced::Changed);
    }
    let sold = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM payments WHERE event_id = $1)
               OR EXISTS (SELECT FROM bookings WHERE event_id = $1) AS "sold!""#,
        event.id.0
    )
    .fetch_one(&mut *tx)
    .await?;
    if sold {
        return Ok(Replaced::Sold);
    }
    sqlx::query!("DELETE FROM blocked_seats WHERE event_id = $1", event.id.0).execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM area_stock WHERE event_id = $1", event.id.0).execute(&mut *tx).await?;
    let blocked: Vec<i32> = blocked.iter().filter_map(|seat| i32::try_from(*seat).ok()).collect();
    sqlx::query!(
        "INSERT INTO blocked_seats (event_id, seat_index) SELECT $1, * FROM unnest($2::int[])",
        event.id.0,
        &blocked
    )
    .execute(&mut *tx)
    .await?;
    let capacities: Vec<i32> =
        map.areas().iter().filter_map(|area| i32::try_from(area.capacity).ok()).collect();
    sqlx::query!(
        "INSERT INTO area_stock (event_id, area_index, capacity)
         SELECT $1, (position - 1)::smallint, capacity
         FROM unnest($2::int[]) WITH ORDINALITY AS areas (capacity, position)",
        event.id.0,
        &capacities
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Replaced::Done)
}

/// The blocked seats of an event, rising.
pub(super) async fn blocked(pool: &PgPool, event: EventId) -> sqlx::Result<Vec<SeatIndex>> {
    let seats = sqlx::query_scalar!(
        "SELECT seat_index FROM blocked_seats WHERE event_id = $1 ORDER BY seat_index",
        event.0
    );
    let seats = seats.fetch_all(pool).await?;
    Ok(seats.into_iter().filter_map(|seat| u32::try_from(seat).ok()).collect())
}
