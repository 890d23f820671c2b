//! The SQL of guests.

use shared::domain::{BookingId, HoldId, Locale, UserId};
use sqlx::PgExecutor;
use time::OffsetDateTime;

use crate::accounts::store::NewUser;

/// Who a booking is of.
pub(super) struct BookerRow {
    pub user_id: UserId,
    pub email: Option<String>,
    pub guest: bool,
}

pub(super) async fn insert(
    db: impl PgExecutor<'_>,
    id: UserId,
    locale: Option<Locale>,
    forget_at: OffsetDateTime,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO users (id, guest, locale, forget_at) VALUES ($1, true, coalesce($2, 'en'), $3)",
        id.0,
        locale.map(Locale::as_str),
        forget_at
    )
    .execute(db)
    .await
    .map(|_| ())
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
