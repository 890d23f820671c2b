//! The SQL of accounts; their logins are in `auth/store.rs`.

use shared::domain::{Role, UserId};
use sqlx::PgExecutor;
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
