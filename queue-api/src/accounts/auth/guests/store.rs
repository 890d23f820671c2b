//! The SQL of guests.

use shared::domain::{BookingId, HoldId, Locale, Role, UserId};
use sqlx::{PgExecutor, PgPool};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::accounts::{
    auth::sessions::Login,
    store::{NewUser, UserRow, in_order},
};

/// Who a booking is of.
pub(super) struct BookerRow {
    pub user_id: UserId,
    pub email: Option<String>,
    pub guest: bool,
}

/// A guest that is to be made, and its first login.
pub(in crate::accounts) struct NewGuest {
    pub id: UserId,
    pub locale: Option<Locale>,
    pub forget_at: OffsetDateTime,
    pub login: Login,
}

/// Makes guests and their logins; in order.
pub(in crate::accounts) async fn insert(pool: &PgPool, guests: &[NewGuest]) -> sqlx::Result<Vec<UserRow>> {
    let column = |of: fn(&NewGuest) -> Uuid| guests.iter().map(of).collect::<Vec<_>>();
    let times = |of: fn(&NewGuest) -> OffsetDateTime| guests.iter().map(of).collect::<Vec<_>>();
    let ids = column(|guest| guest.id.0);
    let locales: Vec<Option<&str>> = guests.iter().map(|guest| guest.locale.map(Locale::as_str)).collect();
    let tokens: Vec<Uuid> = guests.iter().map(|_| Uuid::now_v7()).collect();
    let hashes: Vec<&[u8]> = guests.iter().map(|guest| guest.login.hash.as_slice()).collect();
    let rows = sqlx::query_as!(
        UserRow,
        r#"WITH made AS (
               INSERT INTO users (id, guest, locale, forget_at)
               SELECT id, true, coalesce(locale, 'en'), forget_at
               FROM UNNEST($1::uuid[], $2::text[], $3::timestamptz[]) AS g (id, locale, forget_at)
               RETURNING *
           ), logins AS (
               INSERT INTO refresh_tokens (id, family_id, user_id, token_hash, expires_at)
               SELECT id, family_id, user_id, token_hash, expires_at
               FROM UNNEST($4::uuid[], $5::uuid[], $1::uuid[], $6::bytea[], $7::timestamptz[])
                   AS t (id, family_id, user_id, token_hash, expires_at)
           )
           SELECT id, email, name, password_hash, role AS "role: Role", guest, locale AS "locale: Locale",
                  turn_email, turn_push, created_at
           FROM made"#,
        &ids,
        &locales as _,
        &times(|guest| guest.forget_at),
        &tokens,
        &column(|guest| guest.login.family),
        &hashes as _,
        &times(|guest| guest.login.expires_at),
    )
    .fetch_all(pool)
    .await?;
    in_order(&ids, rows).into_iter().map(|row| row.ok_or(sqlx::Error::RowNotFound)).collect()
}

/// Puts off when a guest is forgotten, unless that is never.
pub(super) async fn put_off(
    db: impl PgExecutor<'_>,
    id: UserId,
    forget_at: OffsetDateTime,
) -> sqlx::Result<()> {
    sqlx::query!("UPDATE users SET forget_at = $2 WHERE id = $1 AND forget_at IS NOT NULL", id.0, forget_at)
        .execute(db)
        .await
        .map(|_| ())
}

/// Makes an account of the guest; whether it was one.
pub(super) async fn upgrade(db: impl PgExecutor<'_>, user: &NewUser<'_>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "UPDATE users SET guest = false, forget_at = NULL, email = $2, name = $3, password_hash = $4,
                          locale = coalesce($5, locale)
         WHERE id = $1 AND guest",
        user.id.0,
        user.email,
        user.name,
        user.password_hash,
        user.locale.map(Locale::as_str)
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Who an offer of a waiting list is made to, by its hold.
pub(super) async fn offered_to(db: impl PgExecutor<'_>, hold: HoldId) -> sqlx::Result<Option<BookerRow>> {
    sqlx::query_as!(
        BookerRow,
        r#"SELECT u.id AS "user_id: UserId", u.email, u.guest
           FROM waiting_list_offers o JOIN users u ON u.id = o.user_id WHERE o.hold_id = $1"#,
        hold.0
    )
    .fetch_optional(db)
    .await
}

pub(super) async fn booker(db: impl PgExecutor<'_>, booking: BookingId) -> sqlx::Result<Option<BookerRow>> {
    sqlx::query_as!(
        BookerRow,
        r#"SELECT u.id AS "user_id: UserId", u.email, u.guest
           FROM payments p JOIN users u ON u.id = p.user_id WHERE p.booking_id = $1"#,
        booking.0
    )
    .fetch_optional(db)
    .await
}
