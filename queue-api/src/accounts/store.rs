//! The SQL of accounts.

use shared::domain::{Role, UserId};
use sqlx::{PgConnection, PgExecutor};
use time::OffsetDateTime;
use uuid::Uuid;

/// An account as stored.
pub(super) struct UserRow {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub password_hash: String,
    pub role: String,
    pub created_at: OffsetDateTime,
}

/// A refresh token as stored.
pub(super) struct RefreshRow {
    pub family_id: Uuid,
    pub user_id: Uuid,
    pub expires_at: OffsetDateTime,
    pub used_at: Option<OffsetDateTime>,
    pub revoked_at: Option<OffsetDateTime>,
}

pub(super) async fn insert_user(
    db: impl PgExecutor<'_>,
    id: UserId,
    email: &str,
    name: &str,
    password_hash: &str,
    role: Role,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO users (id, email, name, password_hash, role) VALUES ($1, $2, $3, $4, $5)",
        id.0,
        email,
        name,
        password_hash,
        role.as_str()
    )
    .execute(db)
    .await
    .map(|_| ())
}

pub(super) async fn user_by_email(db: impl PgExecutor<'_>, email: &str) -> sqlx::Result<Option<UserRow>> {
    sqlx::query_as!(
        UserRow,
        "SELECT id, email, name, password_hash, role, created_at FROM users WHERE email = $1",
        email
    )
    .fetch_optional(db)
    .await
}

pub(super) async fn user_by_id(db: impl PgExecutor<'_>, id: UserId) -> sqlx::Result<Option<UserRow>> {
    sqlx::query_as!(
        UserRow,
        "SELECT id, email, name, password_hash, role, created_at FROM users WHERE id = $1",
        id.0
    )
    .fetch_optional(db)
    .await
}

pub(super) async fn update_profile(
    db: impl PgExecutor<'_>,
    id: UserId,
    name: Option<&str>,
    password_hash: Option<&str>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE users SET name = coalesce($2, name), password_hash = coalesce($3, password_hash) WHERE id = $1",
        id.0,
        name,
        password_hash
    )
    .execute(db)
    .await
    .map(|_| ())
}

/// Whether there is such an account.
pub(super) async fn set_role(db: impl PgExecutor<'_>, id: UserId, role: Role) -> sqlx::Result<bool> {
    let done =
        sqlx::query!("UPDATE users SET role = $2 WHERE id = $1", id.0, role.as_str()).execute(db).await?;
    Ok(done.rows_affected() == 1)
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
pub(super) async fn revoke_other_families(
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
