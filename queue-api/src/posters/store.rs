//! The SQL of posters.

use shared::store::events::EventRecord;
use sqlx::PgPool;

use super::service::Size;
use crate::picture::Picture;

/// False when the event is not at this version any more.
pub(super) async fn replace(
    pool: &PgPool,
    event: &EventRecord,
    hash: &str,
    picture: &Picture,
) -> sqlx::Result<bool> {
    let mut tx = pool.begin().await?;
    // One that is there is locked, so that it is not forgotten meanwhile.
    sqlx::query!(
        "INSERT INTO posters (hash, large, small, width, height, colour) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (hash) DO UPDATE SET created_at = now()",
        hash,
        &picture.large,
        &picture.small,
        i32::try_from(picture.width).unwrap_or(i32::MAX),
        i32::try_from(picture.height).unwrap_or(i32::MAX),
        picture.colour
    )
    .execute(&mut *tx)
    .await?;
    let updated = sqlx::query!(
        "UPDATE events SET poster_hash = $3, version = version + 1, updated_at = now()
         WHERE id = $1 AND version = $2",
        event.id.0,
        event.version,
        hash
    )
    .execute(&mut *tx)
    .await?;
    if updated.rows_affected() == 0 {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

/// False when the event is not at this version any more.
pub(super) async fn remove(pool: &PgPool, event: &EventRecord) -> sqlx::Result<bool> {
    let updated = sqlx::query!(
        "UPDATE events SET poster_hash = NULL, version = version + 1, updated_at = now()
         WHERE id = $1 AND version = $2",
        event.id.0,
        event.version
    );
    Ok(updated.execute(pool).await?.rows_affected() == 1)
}

/// Forgets a poster that no event has.
pub(super) async fn forget_unused(pool: &PgPool, hash: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "DELETE FROM posters WHERE hash = $1 AND NOT EXISTS (SELECT FROM events WHERE poster_hash = $1)",
        hash
    )
    .execute(pool)
    .await
    .map(|_| ())
}

pub(super) async fn picture(pool: &PgPool, hash: &str, size: Size) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query_scalar!(
        r#"SELECT CASE WHEN $2 THEN small ELSE large END AS "bytes!" FROM posters WHERE hash = $1"#,
        hash,
        size == Size::Small
    )
    .fetch_optional(pool)
    .await
}
