//! What PostgreSQL keeps of a sale, read in one snapshot.

use serde_json::Value;
use shared::domain::{EventId, Lane, PerLane, RoomPhase};
use sqlx::{PgConnection, PgPool, Postgres, Transaction, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::waiting_room::store::per_lane;

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
    pub grace_seconds: i32,
    pub pass_ttl_seconds: i32,
    pub seed: Vec<u8>,
    pub lobby_count: Option<i64>,
    pub drawn_at: Option<OffsetDateTime>,
    pub finished: bool,
    /// The lanes besides everybody's.
    pub lanes: Json<Vec<Lane>>,
    pub lane_lobby: Option<Vec<i64>>,
    /// The checkpoint: how many ordinals of each lane were given, and in all.
    pub lane_next: Vec<i64>,
    pub next_ordinal: i64,
    /// Numbers below came in or were passed over, as far as it is written down.
    pub serving: i64,
}

impl RoomRow {
    /// How many were drawn in each lane.
    pub(super) fn lobby(&self) -> Option<PerLane> {
        per_lane(self.lane_lobby.as_deref(), self.lobby_count)
    }

    /// How many ordinals of each lane were given, as far as the checkpoint knows.
    pub(super) fn next(&self) -> PerLane {
        per_lane(Some(&self.lane_next), Some(self.next_ordinal)).unwrap_or_default()
    }
}

pub(super) async fn room(connection: &mut PgConnection, event: EventId) -> sqlx::Result<Option<RoomRow>> {
    sqlx::query_as!(
        RoomRow,
        r#"SELECT now() AS "as_of!", phase AS "phase: RoomPhase", lobby_opens_at, opens_at, lease_cap,
                  rate_per_minute, claim_window_seconds, grace_seconds, pass_ttl_seconds, seed, lobby_count,
                  drawn_at,
                  finished_at IS NOT NULL AS "finished!",
                  lanes AS "lanes: Json<Vec<Lane>>", lane_lobby, lane_next, next_ordinal,
                  -- The checkpoint may be ahead of the records while the room runs.
                  GREATEST(CASE WHEN finished_at IS NOT NULL THEN serving ELSE 0 END,
                           (SELECT max(number) + 1 FROM admissions WHERE event_id = $1)) AS "serving!"
           FROM waiting_rooms WHERE event_id = $1"#,
        event.0
    )
    .fetch_optional(connection)
    .await
}

/// How many ordinals of a lane are known from what became of them.
pub(super) struct KnownRow {
    pub lane: i64,
    pub next: i64,
}

/// By lane, of so many.
pub(super) async fn known_by_lane(
    connection: &mut PgConnection,
    event: EventId,
    lanes: i64,
) -> sqlx::Result<Vec<KnownRow>> {
    sqlx::query_as!(
        KnownRow,
        r#"SELECT ordinal % $2 AS "lane!", max(ordinal / $2) + 1 AS "next!"
           FROM (SELECT ordinal FROM admissions WHERE event_id = $1
                 UNION ALL SELECT ordinal FROM departures WHERE event_id = $1) AS known
           GROUP BY ordinal % $2"#,
        event.0,
        lanes
    )
    .fetch_all(connection)
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
