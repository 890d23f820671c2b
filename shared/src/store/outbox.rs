//! The outbox: facts written in the transaction that made them true, published afterwards.

use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::{contracts::Event, domain::MessageId};

/// A fact that waits to be published.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its id, which is the message's.
    pub id: MessageId,
    /// The routing key.
    pub topic: String,
    /// The message's body.
    pub payload: Vec<u8>,
}

/// Writes facts, in the caller's transaction.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn insert(connection: &mut PgConnection, events: &[Event]) -> Result<(), sqlx::Error> {
    if events.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = events.iter().map(|event| event.id.0).collect();
    let topics: Vec<&str> = events.iter().map(|event| event.kind.routing_key()).collect();
    let payloads: Vec<Json<&Event>> = events.iter().map(Json).collect();
    sqlx::query!(
        "INSERT INTO outbox (id, topic, payload)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::jsonb[])",
        &ids,
        &topics as _,
        &payloads as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes up to `most` waiting facts, oldest first; they stay with the caller's transaction, and others take
/// the next ones.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn take(connection: &mut PgConnection, most: i64) -> Result<Vec<Waiting>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT id, topic, payload::text AS \"payload!\" FROM outbox WHERE published_at IS NULL
         ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED",
        most,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Waiting { id: MessageId(row.id), topic: row.topic, payload: row.payload.into_bytes() })
        .collect())
}

/// Marks facts as published.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn mark_published(connection: &mut PgConnection, ids: &[MessageId]) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    sqlx::query!("UPDATE outbox SET published_at = now() WHERE id = ANY($1)", &ids)
        .execute(connection)
        .await?;
    Ok(())
}
