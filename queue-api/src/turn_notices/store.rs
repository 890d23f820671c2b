//! The SQL of turn notices and of the browsers of accounts.

use shared::{
    domain::{EventId, Locale, PlaceId, UserId},
    tokens::PlaceClaims,
    web_push::Subscription,
};
use sqlx::PgExecutor;
use time::OffsetDateTime;
use uuid::Uuid;

/// Who is to be told by mail.
#[derive(Clone, Copy, Debug)]
pub(super) enum MailTo<'a> {
    /// At the account's own address, whatever it is then.
    Account(UserId),
    /// At an address that is kept for nothing else.
    Address(&'a str),
}

/// What a place waits to be told.
pub(super) struct NoticeRow {
    pub push: bool,
    pub email: Option<String>,
}

/// A browser of an account.
pub(super) struct BrowserRow {
    pub id: Uuid,
    pub created_at: OffsetDateTime,
}

/// A place that an account has joined.
#[derive(Clone, Copy, Debug)]
pub(super) struct JoinedPlace {
    pub place: PlaceId,
    pub event: EventId,
    pub ordinal: u64,
    pub user: UserId,
}

/// Has a place told by mail; in the place of an earlier wish.
pub(super) async fn ask_by_mail(
    db: impl PgExecutor<'_>,
    place: &PlaceClaims,
    locale: Locale,
    to: MailTo<'_>,
) -> sqlx::Result<()> {
    let (user, email) = match to {
        MailTo::Account(user) => (Some(user.0), None),
        MailTo::Address(email) => (None, Some(email)),
    };
    sqlx::query!(
        "INSERT INTO turn_notices (id, event_id, place_id, ordinal, channel, locale, user_id, email)
         VALUES ($1, $2, $3, $4, 'email', $5, $6, $7)
         ON CONFLICT (place_id) WHERE channel = 'email' DO UPDATE
             SET locale = EXCLUDED.locale, user_id = EXCLUDED.user_id, email = EXCLUDED.email
             WHERE turn_notices.come_in_by IS NULL",
        Uuid::now_v7(),
        place.event.0,
        place.sub.0,
        signed(place.ordinal),
        locale.as_str(),
        user,
        email
    )
    .execute(db)
    .await
    .map(|_| ())
}

/// Has a place told by a push, unless `most` browsers are told already. Whether it will be.
pub(super) async fn ask_by_push(
    db: impl PgExecutor<'_>,
    place: &PlaceClaims,
    locale: Locale,
    browser: &Subscription,
    most: i64,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO turn_notices (id, event_id, place_id, ordinal, channel, locale, endpoint, p256dh, auth)
         SELECT $1, $2, $3, $4, 'push', $5, $6, $7, $8
         WHERE (SELECT count(*) FROM turn_notices
                WHERE place_id = $3 AND channel = 'push' AND endpoint <> $6) < $9
         ON CONFLICT (place_id, endpoint) WHERE channel = 'push' DO UPDATE
             SET locale = EXCLUDED.locale, p256dh = EXCLUDED.p256dh, auth = EXCLUDED.auth",
        Uuid::now_v7(),
        place.event.0,
        place.sub.0,
        signed(place.ordinal),
        locale.as_str(),
        browser.endpoint,
        browser.p256dh,
        browser.auth,
        most
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The wishes of accounts that stand for every room, for places just joined.
pub(super) async fn take_over(db: impl PgExecutor<'_>, joined: &[JoinedPlace]) -> sqlx::Result<()> {
    let (places, events): (Vec<_>, Vec<_>) = joined.iter().map(|row| (row.place.0, row.event.0)).unzip();
    let (ordinals, users): (Vec<_>, Vec<_>) =
        joined.iter().map(|row| (signed(row.ordinal), row.user.0)).unzip();
    sqlx::query!(
        "WITH wished AS (
             SELECT joined.*, u.locale, u.turn_email AND u.email IS NOT NULL AS by_email, u.turn_push
             FROM UNNEST($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[])
                  AS joined (place_id, event_id, ordinal, user_id)
             JOIN users u ON u.id = joined.user_id WHERE u.turn_email OR u.turn_push)
         INSERT INTO turn_notices (id, event_id, place_id, ordinal, channel, locale, user_id, endpoint, p256dh, auth)
         SELECT gen_random_uuid(), event_id, place_id, ordinal, 'email', locale, user_id, NULL, NULL, NULL
         FROM wished WHERE by_email
         UNION ALL
         SELECT gen_random_uuid(), event_id, place_id, ordinal, 'push', locale, user_id, endpoint, p256dh, auth
         FROM wished JOIN push_subscriptions USING (user_id) WHERE turn_push
         ON CONFLICT DO NOTHING",
        &places,
        &events,
        &ordinals,
        &users
    )
    .execute(db)
    .await
    .map(|_| ())
}

/// Tells a place by this channel no more.
pub(super) async fn stop(db: impl PgExecutor<'_>, place: PlaceId, channel: &str) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM turn_notices WHERE place_id = $1 AND channel = $2", place.0, channel)
        .execute(db)
        .await
        .map(|_| ())
}

/// Tells the places of an account by this channel no more.
pub(super) async fn stop_all(db: impl PgExecutor<'_>, user: UserId, channel: &str) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM turn_notices WHERE user_id = $1 AND channel = $2", user.0, channel)
        .execute(db)
        .await
        .map(|_| ())
}

/// What a place waits to be told.
pub(super) async fn of_place(db: impl PgExecutor<'_>, place: PlaceId) -> sqlx::Result<NoticeRow> {
    let row = sqlx::query_as!(
        NoticeRow,
        r#"SELECT coalesce(bool_or(channel = 'push'), false) AS "push!", max(coalesce(n.email, u.email)) AS email
           FROM turn_notices n LEFT JOIN users u ON u.id = n.user_id AND n.channel = 'email'
           WHERE place_id = $1 AND come_in_by IS NULL"#,
        place.0
    );
    row.fetch_one(db).await
}

/// Forgets a place that was given up.
pub(super) async fn forget_place(db: impl PgExecutor<'_>, place: PlaceId) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM turn_notices WHERE place_id = $1", place.0).execute(db).await.map(|_| ())
}

/// Forgets everybody who still waited when a room was over.
pub(super) async fn forget_event(db: impl PgExecutor<'_>, event: EventId) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM turn_notices WHERE event_id = $1", event.0).execute(db).await.map(|_| ())
}

/// Adds a browser to an account, and takes it from whoever had it before; its id.
pub(super) async fn subscribe(
    db: impl PgExecutor<'_>,
    user: UserId,
    browser: &Subscription,
) -> sqlx::Result<BrowserRow> {
    let row = sqlx::query_as!(
        BrowserRow,
        "INSERT INTO push_subscriptions (id, user_id, endpoint, p256dh, auth) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (endpoint) DO UPDATE
             SET user_id = EXCLUDED.user_id, p256dh = EXCLUDED.p256dh, auth = EXCLUDED.auth
         RETURNING id, created_at",
        Uuid::now_v7(),
        user.0,
        browser.endpoint,
        browser.p256dh,
        browser.auth
    );
    row.fetch_one(db).await
}

/// Forgets the oldest browsers of an account beyond `most`.
pub(super) async fn keep_newest(db: impl PgExecutor<'_>, user: UserId, most: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "DELETE FROM push_subscriptions WHERE id IN
             (SELECT id FROM push_subscriptions WHERE user_id = $1 ORDER BY id DESC OFFSET $2)",
        user.0,
        most
    )
    .execute(db)
    .await
    .map(|_| ())
}

/// The browsers of an account, oldest first.
pub(super) async fn browsers(db: impl PgExecutor<'_>, user: UserId) -> sqlx::Result<Vec<BrowserRow>> {
    sqlx::query_as!(
        BrowserRow,
        "SELECT id, created_at FROM push_subscriptions WHERE user_id = $1 ORDER BY id",
        user.0
    )
    .fetch_all(db)
    .await
}

/// Forgets a browser of an account, also for the places it waits with.
pub(super) async fn unsubscribe(db: impl PgExecutor<'_>, user: UserId, id: Uuid) -> sqlx::Result<()> {
    sqlx::query!(
        "WITH gone AS (DELETE FROM push_subscriptions WHERE id = $1 AND user_id = $2 RETURNING endpoint)
         DELETE FROM turn_notices USING gone WHERE turn_notices.endpoint = gone.endpoint AND user_id = $2",
        id,
        user.0
    )
    .execute(db)
    .await
    .map(|_| ())
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
