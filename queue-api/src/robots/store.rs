//! The SQL of rules and appeals.

use serde_json::Value;
use shared::domain::{AppealStatus, EventId, HeldBackReason, UserId};
use sqlx::PgPool;

use super::{appeals::Appeal, state::Rules};
use crate::waiting_room::note_change;

/// Most appeals listed at once.
const LISTED: i64 = 200;

pub(super) async fn rules(pool: &PgPool, event: EventId) -> sqlx::Result<Rules> {
    let row = sqlx::query!(
        r#"SELECT challenge_level,
                  ARRAY(SELECT who FROM appeals WHERE event_id = id AND status = 'let_in') AS "let_in!"
           FROM events WHERE id = $1"#,
        event.0
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map_or_else(
        || Rules { level: 0, let_in: std::collections::HashSet::new() },
        |row| Rules {
            level: row.challenge_level.try_into().unwrap_or(0),
            let_in: row.let_in.into_iter().collect(),
        },
    ))
}

/// Sets the level of an event and writes down who did, where it has a room.
pub(super) async fn set_level(pool: &PgPool, event: EventId, actor: UserId, level: u8) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query!("UPDATE events SET challenge_level = $2 WHERE id = $1", event.0, i16::from(level))
        .execute(&mut *tx)
        .await?;
    note_change(&mut tx, event, actor, serde_json::json!({ "challenge_level": level })).await?;
    tx.commit().await
}

/// Writes down that somebody was held back; the first time it gets the code, afterwards it keeps it.
pub(super) async fn held_back(
    pool: &PgPool,
    event: EventId,
    who: &str,
    reason: HeldBackReason,
    facts: &Value,
) -> sqlx::Result<Appeal> {
    let insert = async |code: String| {
        sqlx::query_as!(
            Appeal,
            r#"INSERT INTO appeals (event_id, who, code, reason, facts) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (event_id, who) DO UPDATE
               SET reason = excluded.reason, facts = excluded.facts, times = appeals.times + 1, last_held_at = now()
               RETURNING code, reason AS "reason: HeldBackReason", facts, times, first_held_at, last_held_at,
                         status AS "status: AppealStatus", note, resolved_at"#,
            event.0,
            who,
            code,
            reason.as_str(),
            facts
        )
        .fetch_one(pool)
        .await
    };
    match insert(super::code::new()).await {
        // Another fan has this code: one in tens of thousands of millions, so twice never happens.
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => insert(super::code::new()).await,
        done => done,
    }
}

pub(super) async fn by_code(pool: &PgPool, event: EventId, code: &str) -> sqlx::Result<Option<Appeal>> {
    sqlx::query_as!(
        Appeal,
        r#"SELECT code, reason AS "reason: HeldBackReason", facts, times, first_held_at, last_held_at,
                  status AS "status: AppealStatus", note, resolved_at
           FROM appeals WHERE event_id = $1 AND code = $2"#,
        event.0,
        code
    )
    .fetch_optional(pool)
    .await
}

/// Those held back last, first; of one status, with one code.
pub(super) async fn list(
    pool: &PgPool,
    event: EventId,
    status: Option<AppealStatus>,
    code: Option<&str>,
) -> sqlx::Result<Vec<Appeal>> {
    sqlx::query_as!(
        Appeal,
        r#"SELECT code, reason AS "reason: HeldBackReason", facts, times, first_held_at, last_held_at,
                  status AS "status: AppealStatus", note, resolved_at
           FROM appeals
           WHERE event_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR code = $3)
           ORDER BY last_held_at DESC LIMIT $4"#,
        event.0,
        status.map(AppealStatus::as_str),
        code,
        LISTED
    )
    .fetch_all(pool)
    .await
}

pub(super) async fn open_count(pool: &PgPool, event: EventId) -> sqlx::Result<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM appeals WHERE event_id = $1 AND status = 'open'"#,
        event.0
    );
    count.fetch_one(pool).await
}

/// Decides; a decision may be changed, but not taken back. None when nobody has this code.
pub(super) async fn resolve(
    pool: &PgPool,
    event: EventId,
    actor: UserId,
    code: &str,
    status: AppealStatus,
    note_for_fan: &str,
) -> sqlx::Result<Option<Appeal>> {
    let mut tx = pool.begin().await?;
    let appeal = sqlx::query_as!(
        Appeal,
        r#"UPDATE appeals SET status = $3, note = $4, resolved_by = $5, resolved_at = now()
           WHERE event_id = $1 AND code = $2
           RETURNING code, reason AS "reason: HeldBackReason", facts, times, first_held_at, last_held_at,
                     status AS "status: AppealStatus", note, resolved_at"#,
        event.0,
        code,
        status.as_str(),
        note_for_fan,
        actor.0
    )
    .fetch_optional(&mut *tx)
    .await?;
    if appeal.is_some() {
        note_change(&mut tx, event, actor, serde_json::json!({ "appeal": code, "status": status })).await?;
    }
    tx.commit().await?;
    Ok(appeal)
}
