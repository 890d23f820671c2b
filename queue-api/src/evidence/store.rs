//! What PostgreSQL keeps of a sale, read in one snapshot.

use serde_json::Value;
use shared::domain::{EventId, RoomPhase};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use time::OffsetDateTime;
use uuid::Uuid;

/// A snapshot: nothing that happens from now on is seen in it. Who takes a page and then nothing for a minute loses
/// it: a slow reader must not hold old rows for ever.
pub(super) async fn snapshot(pool: &PgPool) -> sqlx::Result<Transaction<'static, Postgres>> {
    let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    sqlx::query!("SET LOCAL idle_in_transaction_session_timeout = '60s'").execute(&mut *tx).await?;
    Ok(tx)
}

/// A room and what was drawn in it.
pub(super) struct RoomRow {
    pub as_of: OffsetDateTime,
    pub phase: RoomPhase,
    pub lobby_opens_at: OffsetDateTime,
    pub opens_at: OffsetDateTime,
    pub lease_cap: i32,
    pub rate_per_minute: i32,
    pub claim_window_seconds: i32,
    pub pass_ttl_seconds: i32,
    pub seed: Vec<u8>,
    pub lobby_count: Option<i64>,
    pub drawn_at: Option<OffsetDateTime>,
    pub finished: bool,
    /// Ordinals below were given.
    pub places: i64,
    /// Numbers below came in or were passed over, as far as it is written down.
    pub serving: i64,
}

pub(super) async fn room(connection: &mut PgConnection, event: EventId) -> sqlx::Result<Option<RoomRow>> {
    sqlx::query_as!(
        RoomRow,
        r#"SELECT now() AS "as_of!", phase AS "phase: RoomPhase", lobby_opens_at, opens_at, lease_cap,
                  rate_per_minute, claim_window_seconds, pass_ttl_seconds, seed, lobby_count, drawn_at,
                  finished_at IS NOT NULL AS "finished!",
                  GREATEST(next_ordinal,
                           (SELECT max(ordinal) + 1 FROM admissions WHERE event_id = $1),
                           (SELECT max(ordinal) + 1 FROM departures WHERE event_id = $1)) AS "places!",
                  -- The checkpoint may be ahead of the records while the room runs.
                  GREATEST(CASE WHEN finished_at IS NOT NULL THEN serving ELSE 0 END,
                           (SELECT max(number) + 1 FROM admissions WHERE event_id = $1)) AS "serving!"
           FROM waiting_rooms WHERE event_id = $1"#,
        event.0
    )
    .fetch_optional(connection)
    .await
}

/// An entry of the log of changes.
pub(super) struct ChangeRow {
    pub changed_at: OffsetDateTime,
    pub actor_id: Option<Uuid>,
    pub role: Option<String>,
    pub phase: RoomPhase,
    pub lease_cap: i32,
    pub rate_per_minute: i32,
    pub change: Value,
}

pub(super) async fn changes(connection: &mut PgConnection, event: EventId) -> sqlx::Result<Vec<ChangeRow>> {
    sqlx::query_as!(
        ChangeRow,
        r#"SELECT changed_at, actor_id,
                  CASE actor_id WHEN organiser_id THEN 'organiser' ELSE role END AS role, phase AS "phase: RoomPhase",
                  lease_cap, rate_per_minute, change
           FROM waiting_room_changes AS log JOIN events ON events.id = event_id
                LEFT JOIN users ON users.id = actor_id
           WHERE event_id = $1 ORDER BY changed_at, log.id"#,
        event.0
    )
    .fetch_all(connection)
    .await
}

/// A place that came in.
pub(super) struct AdmissionRow {
    pub ordinal: i64,
    pub place_id: Uuid,
    pub who: String,
    pub extra: bool,
    pub admitted_at: OffsetDateTime,
    pub claimed_at: Option<OffsetDateTime>,
    pub ended_at: Option<OffsetDateTime>,
    pub outcome: Option<String>,
}

/// Those of the ordinals from `from` to `to`, exclusive, in their order.
pub(super) async fn admissions(
    connection: &mut PgConnection,
    event: EventId,
    from: i64,
    to: i64,
) -> sqlx::Result<Vec<AdmissionRow>> {
    sqlx::query_as!(
        AdmissionRow,
        "SELECT ordinal, place_id, who, extra, admitted_at, claimed_at, ended_at, outcome
         FROM admissions WHERE event_id = $1 AND ordinal >= $2 AND ordinal < $3 ORDER BY ordinal",
        event.0,
        from,
        to
    )
    .fetch_all(connection)
    .await
}

/// A place that did not come in.
pub(super) struct DepartureRow {
    pub ordinal: i64,
    pub place_id: Option<Uuid>,
    pub left_at: OffsetDateTime,
    pub reason: String,
}

/// Those of the ordinals from `from` to `to`, exclusive, in their order.
pub(super) async fn departures(
    connection: &mut PgConnection,
    event: EventId,
    from: i64,
    to: i64,
) -> sqlx::Result<Vec<DepartureRow>> {
    sqlx::query_as!(
        DepartureRow,
        "SELECT ordinal, place_id, left_at, reason
         FROM departures WHERE event_id = $1 AND ordinal >= $2 AND ordinal < $3 ORDER BY ordinal",
        event.0,
        from,
        to
    )
    .fetch_all(connection)
    .await
}
