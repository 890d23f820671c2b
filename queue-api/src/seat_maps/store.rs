//! The SQL of seat maps.

use shared::{
    domain::{EventId, SeatIndex, SeatMap},
    store::events::EventRecord,
};
use sqlx::{PgConnection, PgPool, types::Json};

use super::files;

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
    if !take(&mut tx, event, map).await? {
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

/// Paints an event's map anew: the seats stay what they are. False when the event has changed since it was read.
pub(super) async fn repaint(pool: &PgPool, event: &EventRecord, map: &SeatMap) -> sqlx::Result<bool> {
    let mut tx = pool.begin().await?;
    let taken = take(&mut tx, event, map).await?;
    tx.commit().await?;
    Ok(taken)
}

/// Gives an event this map. False when it has changed since it was read.
async fn take(tx: &mut PgConnection, event: &EventRecord, map: &SeatMap) -> sqlx::Result<bool> {
    keep(tx, map).await?;
    let updated = sqlx::query!(
        "UPDATE events SET seat_map_hash = $3, version = version + 1, updated_at = now()
         WHERE id = $1 AND version = $2",
        event.id.0,
        event.version,
        map.hash()
    );
    Ok(updated.execute(tx).await?.rows_affected() == 1)
}

/// Keeps a map for whoever refers to it, with the files it names.
pub(crate) async fn keep(tx: &mut PgConnection, map: &SeatMap) -> sqlx::Result<()> {
    let kept = sqlx::query!(
        "INSERT INTO seat_maps (hash, geometry, seat_count) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING",
        map.hash(),
        Json(map.document()) as _,
        i32::try_from(map.seat_count()).unwrap_or(i32::MAX)
    );
    kept.execute(&mut *tx).await?;
    let files: Vec<String> =
        files::named_by(map.document()).into_iter().map(|(hash, _)| hash.to_owned()).collect();
    let named =
        sqlx::query!("UPDATE seat_map_files SET named = true WHERE hash = ANY ($1) AND NOT named", &files);
    named.execute(tx).await.map(|_| ())
}

/// Takes seats out of the sale for good, or puts them back.
pub(super) async fn set_blocked(
    pool: &PgPool,
    event: EventId,
    seats: &[SeatIndex],
    blocked: bool,
) -> sqlx::Result<()> {
    let seats: Vec<i32> = seats.iter().filter_map(|seat| i32::try_from(*seat).ok()).collect();
    let done = if blocked {
        let insert = sqlx::query!(
            "INSERT INTO blocked_seats (event_id, seat_index) SELECT $1, * FROM unnest($2::int[])
             ON CONFLICT DO NOTHING",
            event.0,
            &seats
        );
        insert.execute(pool).await?
    } else {
        let delete = sqlx::query!(
            "DELETE FROM blocked_seats WHERE event_id = $1 AND seat_index = ANY ($2)",
            event.0,
            &seats
        );
        delete.execute(pool).await?
    };
    tracing::info!(%event, blocked, changed = done.rows_affected(), "blocked seats");
    Ok(())
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
