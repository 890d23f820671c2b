//! What is written down of waiting lists: their settings, and who waits.

use shared::domain::{EntryId, EventId, TierIndex, UserId, waiting_list::Wish};
use sqlx::{PgPool, Postgres, Transaction};

use super::choose::Waiting;

/// Most entries looked at in one go; those behind come when these are served.
const MOST: i64 = 20_000;

/// What an event says of its list.
pub(super) struct List {
    pub(super) enabled: bool,
    pub(super) offer_minutes: i32,
    pub(super) joins: i64,
}

/// Events with something to do.
pub(super) async fn active(pool: &PgPool) -> Result<Vec<EventId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT event_id AS "event_id: EventId" FROM waiting_lists WHERE active ORDER BY event_id"#
    )
    .fetch_all(pool)
    .await
}

/// The right to offer what returns to an event, for as long as the transaction lives; none while another has it.
pub(super) async fn guard(
    pool: &PgPool,
    event: EventId,
) -> Result<Option<Transaction<'static, Postgres>>, sqlx::Error> {
    let mut tx = pool.begin().await?;
    let mine = sqlx::query_scalar!(
        r#"SELECT pg_try_advisory_xact_lock(hashtextextended('waiting-list:' || $1::text, 0)) AS "mine!""#,
        event.to_string()
    )
    .fetch_one(&mut *tx)
    .await?;
    Ok(mine.then_some(tx))
}

pub(super) async fn list(pool: &PgPool, event: EventId) -> Result<List, sqlx::Error> {
    sqlx::query_as!(
        List,
        "SELECT enabled, offer_minutes, joins FROM waiting_lists WHERE event_id = $1",
        event.0
    )
    .fetch_one(pool)
    .await
}

pub(super) async fn anybody_waits(pool: &PgPool, event: EventId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM waiting_list_entries WHERE event_id = $1 AND status = 'waiting') AS "waits!""#,
        event.0
    )
    .fetch_one(pool)
    .await
}

/// Nothing to do until somebody joins, unless somebody joined since or an offer stands.
pub(super) async fn rest(pool: &PgPool, event: EventId, joins: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE waiting_lists SET active = false
         WHERE event_id = $1 AND joins = $2
           AND NOT EXISTS (SELECT FROM waiting_list_entries e
                           WHERE e.event_id = $1 AND e.status IN ('waiting', 'offered'))",
        event.0,
        joins
    )
    .execute(pool)
    .await
    .map(drop)
}

/// Who waits, in the order of joining.
pub(super) async fn waiting(pool: &PgPool, event: EventId) -> Result<Vec<Waiting>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT id AS "id: EntryId", user_id AS "user_id: UserId", quantity, tier, together
           FROM waiting_list_entries WHERE event_id = $1 AND status = 'waiting' ORDER BY position LIMIT $2"#,
        event.0,
        MOST
    );
    let waiting = rows.fetch_all(pool).await?.into_iter().map(|row| Waiting {
        entry: row.id,
        user: row.user_id,
        wish: Wish {
            quantity: row.quantity.unsigned_abs(),
            tier: row.tier.and_then(|tier| TierIndex::try_from(tier).ok()),
            together: row.together,
        },
    });
    Ok(waiting.collect())
}

/// Ends one entry that can never be served.
pub(super) async fn close_entry(pool: &PgPool, entry: EntryId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE waiting_list_entries SET status = 'closed', ended_at = now() WHERE id = $1 AND status = 'waiting'",
        entry.0
    )
    .execute(pool)
    .await
    .map(drop)
}

/// Ends every entry that waits.
pub(super) async fn close_entries(pool: &PgPool, event: EventId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE waiting_list_entries SET status = 'closed', ended_at = now()
         WHERE event_id = $1 AND status = 'waiting'",
        event.0
    )
    .execute(pool)
    .await
    .map(drop)
}
