//! The SQL of accounts; their logins are in `auth/store.rs`.

use std::collections::{BTreeMap, HashMap};

use shared::domain::{Locale, Role, UserId};
use sqlx::{PgExecutor, PgPool};
use time::OffsetDateTime;
use uuid::Uuid;

/// An account as stored; e-mail address and name are missing of some guests, the password's hash of all.
#[derive(Clone)]
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
#[derive(Clone, Default)]
pub(super) struct Change {
    pub name: Option<String>,
    /// Of guests; an account keeps its own.
    pub email: Option<String>,
    pub locale: Option<Locale>,
    pub turn_email: Option<bool>,
    pub turn_push: Option<bool>,
    pub password_hash: Option<String>,
}

impl Change {
    /// Both, one after the other.
    fn then(self, later: Self) -> Self {
        Self {
            name: later.name.or(self.name),
            email: later.email.or(self.email),
            locale: later.locale.or(self.locale),
            turn_email: later.turn_email.or(self.turn_email),
            turn_push: later.turn_push.or(self.turn_push),
            password_hash: later.password_hash.or(self.password_hash),
        }
    }
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

/// Accounts by their ids, in the order of these; none: there is no such account.
pub(super) async fn users_by_ids(pool: &PgPool, ids: &[UserId]) -> sqlx::Result<Vec<Option<UserRow>>> {
    let wanted: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        UserRow,
        r#"SELECT id, email, name, password_hash, role AS "role: Role", guest, locale AS "locale: Locale",
                  turn_email, turn_push, created_at
           FROM users WHERE id = ANY($1)"#,
        &wanted
    )
    .fetch_all(pool)
    .await?;
    Ok(in_order(&wanted, rows))
}

/// Changes accounts; as they are then, in the order of the changes. Of what two changes say of one account the later holds.
pub(super) async fn change(
    pool: &PgPool,
    changes: &[(UserId, Change)],
) -> sqlx::Result<Vec<Option<UserRow>>> {
    let mut merged: BTreeMap<Uuid, Change> = BTreeMap::new();
    for (id, change) in changes {
        let before = merged.remove(&id.0).unwrap_or_default();
        merged.insert(id.0, before.then(change.clone()));
    }
    let ids: Vec<Uuid> = merged.keys().copied().collect();
    let texts = |of: fn(&Change) -> Option<&str>| merged.values().map(of).collect::<Vec<_>>();
    let flags = |of: fn(&Change) -> Option<bool>| merged.values().map(of).collect::<Vec<_>>();
    let rows = sqlx::query_as!(
        UserRow,
        r#"WITH mine AS (
               SELECT u.id, c.* FROM users u
               JOIN UNNEST($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::boolean[])
                   AS c (of, new_name, new_email, new_locale, new_hash, new_turn_email, new_turn_push) ON c.of = u.id
               ORDER BY u.id FOR UPDATE OF u
           )
           UPDATE users u SET
               name = coalesce(new_name, name),
               email = CASE WHEN guest THEN coalesce(new_email, email) ELSE email END,
               locale = coalesce(new_locale, locale),
               password_hash = coalesce(new_hash, password_hash),
               turn_email = coalesce(new_turn_email, turn_email),
               turn_push = coalesce(new_turn_push, turn_push)
           FROM mine WHERE u.id = mine.id
           RETURNING u.id, email, name, password_hash, role AS "role: Role", guest, locale AS "locale: Locale",
                     turn_email, turn_push, created_at"#,
        &ids,
        &texts(|change| change.name.as_deref()) as _,
        &texts(|change| change.email.as_deref()) as _,
        &texts(|change| change.locale.map(Locale::as_str)) as _,
        &texts(|change| change.password_hash.as_deref()) as _,
        &flags(|change| change.turn_email) as _,
        &flags(|change| change.turn_push) as _,
    )
    .fetch_all(pool)
    .await?;
    let asked: Vec<Uuid> = changes.iter().map(|(id, _)| id.0).collect();
    Ok(in_order(&asked, rows))
}

/// The rows of these accounts, in their order.
pub(super) fn in_order(ids: &[Uuid], rows: Vec<UserRow>) -> Vec<Option<UserRow>> {
    let rows: HashMap<Uuid, UserRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    ids.iter().map(|id| rows.get(id).cloned()).collect()
}

/// Whether there is such an account; a guest stays what it is.
pub(super) async fn set_role(db: impl PgExecutor<'_>, id: UserId, role: Role) -> sqlx::Result<bool> {
    let done = sqlx::query!("UPDATE users SET role = $2 WHERE id = $1 AND NOT guest", id.0, role.as_str())
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}
