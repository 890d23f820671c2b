//! The SQL of accounts; their logins are in `auth/store.rs`.

use shared::domain::{Locale, Role, UserId};
use sqlx::PgExecutor;
use time::OffsetDateTime;
use uuid::Uuid;

/// An account as stored; e-mail address and name are missing of some guests, the password's hash of all.
pub(super) struct UserRow {
    pub id: Uuid,
    pub email: Option<String>,
    pub name: Option<String>,
    pub password_hash: Option<String>,
    pub role: Role,
    pub guest: bool,
    pub locale: Locale,
    pub turn_email: bool,
    pub turn_push: bool,
    pub created_at: OffsetDateTime,
}

/// What one registers with.
pub(super) struct NewUser<'a> {
    pub id: UserId,
    pub email: &'a str,
    pub name: &'a str,
    pub password_hash: &'a str,
    pub role: Role,
    pub locale: Option<Locale>,
}

/// What changes of an account; what is none stays.
#[derive(Default)]
pub(super) struct Change<'a> {
    pub name: Option<&'a str>,
    /// Of guests; an account keeps its own.
    pub email: Option<&'a str>,
    pub locale: Option<Locale>,
    pub turn_email: Option<bool>,
    pub turn_push: Option<bool>,
    pub password_hash: Option<&'a str>,
}

pub(super) async fn insert_user(db: impl PgExecutor<'_>, user: &NewUser<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO users (id, email, name, password_hash, role, locale)
         VALUES ($1, $2, $3, $4, $5, coalesce($6, 'en'))",
        user.id.0,
        user.email,
        user.name,
        user.password_hash,
        user.role.as_str(),
        user.locale.map(Locale::as_str)
    )
    .execute(db)
    .await
    .map(|_| ())
}

/// The account of somebody who can sign in.
pub(super) async fn user_by_email(db: impl PgExecutor<'_>, email: &str) -> sqlx::Result<Option<UserRow>> {
    sqlx::query_as!(
        UserRow,
        r#"SELECT id, email, name, password_hash, role AS "role: Role", guest, locale AS "locale: Locale",
                  turn_email, turn_push, created_at
           FROM users WHERE email = $1 AND NOT guest"#,
        email
    )
    .fetch_optional(db)
    .await
}

pub(super) async fn user_by_id(db: impl PgExecutor<'_>, id: UserId) -> sqlx::Result<Option<UserRow>> {
    sqlx::query_as!(
        UserRow,
        r#"SELECT id, email, name, password_hash, role AS "role: Role", guest, locale AS "locale: Locale",
                  turn_email, turn_push, created_at
           FROM users WHERE id = $1"#,
        id.0
    )
    .fetch_optional(db)
    .await
}

pub(super) async fn change(db: impl PgExecutor<'_>, id: UserId, change: &Change<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE users SET
             name = coalesce($2, name),
             email = CASE WHEN guest THEN coalesce($3, email) ELSE email END,
             locale = coalesce($4, locale),
             password_hash = coalesce($5, password_hash),
             turn_email = coalesce($6, turn_email),
             turn_push = coalesce($7, turn_push)
         WHERE id = $1",
        id.0,
        change.name,
        change.email,
        change.locale.map(Locale::as_str),
        change.password_hash,
        change.turn_email,
        change.turn_push
    )
    .execute(db)
    .await
    .map(|_| ())
}

/// Whether there is such an account; a guest stays what it is.
pub(super) async fn set_role(db: impl PgExecutor<'_>, id: UserId, role: Role) -> sqlx::Result<bool> {
    let done = sqlx::query!("UPDATE users SET role = $2 WHERE id = $1 AND NOT guest", id.0, role.as_str())
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}
