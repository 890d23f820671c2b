//! The SQL of logins and their refresh tokens.

use shared::domain::UserId;
use sqlx::{PgConnection, PgExecutor};
use time::OffsetDateTime;
use uuid::Uuid;

/// A refresh token as stored.
pub(super) struct RefreshRow {
    pub family_id: Uuid,
    pub user_id: Uuid,
    pub expires_at: OffsetDateTime,
    pub used_at: Option<OffsetDateTime>,
    pub revoked_at: Option<OffsetDateTime>,
}

pub(super) async fn insert_refresh_token(
    db: impl PgExecutor<'_>,
    family: Uuid,
    user: UserId,
    token_hash: &[u8],
    expires_at: OffsetDateTime,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO refresh_tokens (id, family_id, user_id, token_hash, expires_at) VALUES ($1, $2, $3, $4, $5)",
        Uuid::now_v7(),
        family,
        user.0,
        token_hash,
        expires_at
    )
    .execute(db)
    .await
    .map(|_| ())
}

/// The token, locked until the transaction ends.
pub(super) async fn lock_refresh_token(
    db: &mut PgConnection,
    token_hash: &[u8],
) -> sqlx::Result<Option<RefreshRow>> {
    sqlx::query_as!(
        RefreshRow,
        "SELECT family_id, user_id, expires_at, used_at, revoked_at
         FROM refresh_tokens WHERE token_hash = $1 FOR UPDATE",
        token_hash
    )
    .fetch_optional(db)
    .await
}

pub(super) async fn mark_used(
    db: &mut PgConnection,
    token_hash: &[u8],
    at: OffsetDateTime,
) -> sqlx::Result<()> {
    sqlx::query!("UPDATE refresh_tokens SET used_at = $2 WHERE token_hash = $1", token_hash, at)
        .execute(db)
        .await
        .map(|_| ())
}

pub(super) async fn revoke_family(
    db: impl PgExecutor<'_>,
    family: Uuid,
    at: OffsetDateTime,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE refresh_tokens SET revoked_at = $2 WHERE family_id = $1 AND revoked_at IS NULL",
        family,
        at
    )
    .execute(db)
    .await
    .map(|_| ())
}

/// Ends every login of an account but one.
pub(in crate::accounts) async fn revoke_other_families(
    db: impl PgExecutor<'_>,
    user: UserId,
    keep: Uuid,
    at: OffsetDateTime,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE refresh_tokens SET revoked_at = $3 WHERE user_id = $1 AND family_id <> $2 AND revoked_at IS NULL",
        user.0,
        keep,
        at
    )
    .execute(db)
    .await
    .map(|_| ())
}
