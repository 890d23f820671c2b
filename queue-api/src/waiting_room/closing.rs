//! How a room ends, and begins again: what PostgreSQL says of it.

use shared::domain::EventId;
use sqlx::PgPool;

/// Closes the room: sold out, over, or cancelled. Whether it was open until now.
///
/// # Errors
/// When PostgreSQL does not answer.
pub async fn close(pool: &PgPool, event: EventId, reason: &str) -> Result<bool, sqlx::Error> {
    let closed = sqlx::query!(
        "WITH closed AS (
             UPDATE waiting_rooms
             SET phase = 'closed', sold_out = ($2 = 'sold out'), version = version + 1, updated_at = now()
             WHERE event_id = $1 AND phase <> 'closed' RETURNING event_id, phase, lease_cap, rate_per_minute)
         INSERT INTO waiting_room_changes (event_id, phase, lease_cap, rate_per_minute, change)
         SELECT event_id, phase, lease_cap, rate_per_minute, jsonb_build_object('closed', $2::text) FROM closed",
        event.0,
        reason,
    );
    Ok(closed.execute(pool).await?.rows_affected() == 1)
}

/// Opens a room again that was closed because everything was sold. Whether it was such a room until now.
///
/// # Errors
/// When PostgreSQL does not answer.
pub async fn open_again(pool: &PgPool, event: EventId) -> Result<bool, sqlx::Error> {
    let opened = sqlx::query!(
        r#"WITH opened AS (
             UPDATE waiting_rooms SET phase = 'open', sold_out = false, version = version + 1, updated_at = now()
             WHERE event_id = $1 AND phase = 'closed' AND sold_out AND drawn_at IS NOT NULL AND finished_at IS NULL
             RETURNING event_id, phase, lease_cap, rate_per_minute)
         INSERT INTO waiting_room_changes (event_id, phase, lease_cap, rate_per_minute, change)
         SELECT event_id, phase, lease_cap, rate_per_minute, '{"opened": "seats came back"}' FROM opened"#,
        event.0,
    );
    Ok(opened.execute(pool).await?.rows_affected() == 1)
}

/// Notes that a closed room has nothing left to do.
///
/// # Errors
/// When PostgreSQL does not answer.
pub async fn finish(pool: &PgPool, event: EventId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE waiting_rooms SET finished_at = now() WHERE event_id = $1 AND phase = 'closed'",
        event.0
    )
    .execute(pool)
    .await
    .map(|_| ())
}

/// Whether every seat that is for sale is on a live ticket, and every area is full.
///
/// # Errors
/// When PostgreSQL does not answer.
pub async fn sold_out(pool: &PgPool, event: EventId) -> Result<bool, sqlx::Error> {
    let sold_out = sqlx::query_scalar!(
        r#"SELECT (SELECT count(*) FROM tickets WHERE event_id = $1 AND seat_index IS NOT NULL
                      AND status IN ('valid', 'used'))
                  + (SELECT count(*) FROM blocked_seats WHERE event_id = $1)
                  >= (SELECT seat_count FROM seat_maps JOIN events ON seat_map_hash = hash
                      WHERE events.id = $1)
                  AND NOT EXISTS (SELECT FROM area_stock WHERE event_id = $1 AND sold < capacity)
                  AS "sold_out!""#,
        event.0
    );
    sold_out.fetch_one(pool).await
}
