//! The SQL of planned changes.

use serde_json::Value;
use shared::domain::{ChangeOutcome, EventId, UserId};
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use uuid::Uuid;

use super::service::PlannedChange;

/// Most changes that may be planned for one room.
pub(super) const MOST_PLANNED: i64 = 100;
/// How many of those that were settled are listed.
const SETTLED_LISTED: i64 = 10;

/// A change whose time has come.
pub(super) struct Due {
    pub id: Uuid,
    pub due_at: OffsetDateTime,
    pub change: Value,
    pub planned_by: UserId,
}

/// Plans a change; `None` when too many are planned. The room is locked.
pub(super) async fn insert(
    connection: &mut PgConnection,
    event: EventId,
    due: &Due,
) -> Result<Option<PlannedChange>, sqlx::Error> {
    sqlx::query_as!(
        PlannedChange,
        r#"INSERT INTO planned_changes (id, event_id, due_at, change, planned_by)
           SELECT $1, $2, $3, $4, $5
           WHERE (SELECT count(*) FROM planned_changes WHERE event_id = $2 AND settled_at IS NULL) < $6
           RETURNING id, due_at AS at, change, planned_by AS "planned_by: UserId", planned_at,
                     outcome AS "outcome: ChangeOutcome", settled_at"#,
        due.id,
        event.0,
        due.due_at,
        due.change,
        due.planned_by.0,
        MOST_PLANNED,
    )
    .fetch_optional(connection)
    .await
}

/// Those to come, the next first; then the last that were settled, the latest first.
pub(super) async fn list(pool: &PgPool, event: EventId) -> Result<Vec<PlannedChange>, sqlx::Error> {
    sqlx::query_as!(
        PlannedChange,
        r#"SELECT id AS "id!", due_at AS "at!", change AS "change!", planned_by AS "planned_by!: UserId",
                  planned_at AS "planned_at!", outcome AS "outcome: ChangeOutcome", settled_at
           FROM (SELECT * FROM planned_changes WHERE event_id = $1 AND settled_at IS NULL
                 UNION ALL
                 (SELECT * FROM planned_changes WHERE event_id = $1 AND settled_at IS NOT NULL
                  ORDER BY settled_at DESC, due_at DESC, id DESC LIMIT $2)) AS planned
           ORDER BY settled_at DESC NULLS FIRST, CASE WHEN settled_at IS NULL THEN due_at END, due_at DESC, id"#,
        event.0,
        SETTLED_LISTED,
    )
    .fetch_all(pool)
    .await
}

/// Those whose time has come, in the order of their times. The room is locked.
pub(super) async fn due(connection: &mut PgConnection, event: EventId) -> Result<Vec<Due>, sqlx::Error> {
    sqlx::query_as!(
        Due,
        r#"SELECT id, due_at, change, planned_by AS "planned_by: UserId" FROM planned_changes
           WHERE event_id = $1 AND settled_at IS NULL AND due_at <= now() ORDER BY due_at, id"#,
        event.0,
    )
    .fetch_all(connection)
    .await
}

/// Says what became of one; whether it was to come until now.
pub(super) async fn settle(
    connection: &mut PgConnection,
    event: EventId,
    id: Uuid,
    outcome: ChangeOutcome,
) -> Result<bool, sqlx::Error> {
    let settled = sqlx::query!(
        "UPDATE planned_changes SET settled_at = now(), outcome = $3
         WHERE id = $1 AND event_id = $2 AND settled_at IS NULL",
        id,
        event.0,
        outcome.as_str(),
    );
    Ok(settled.execute(connection).await?.rows_affected() == 1)
}

/// Those of a room that is over and will never be due.
pub(super) async fn rest(connection: &mut PgConnection, event: EventId) -> Result<Vec<Due>, sqlx::Error> {
    sqlx::query_as!(
        Due,
        r#"SELECT id, due_at, change, planned_by AS "planned_by: UserId" FROM planned_changes
           WHERE event_id = $1 AND settled_at IS NULL ORDER BY due_at, id"#,
        event.0,
    )
    .fetch_all(connection)
    .await
}
