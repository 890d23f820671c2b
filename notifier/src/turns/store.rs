//! The SQL of telling turns: what is due, claimed, told, put off.

use std::time::Duration;

use shared::{
    contracts::events::PlacesAdmitted,
    domain::{EventId, Locale, PlaceId},
};
use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;

/// How a turn is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    Email,
    Push,
}

impl Channel {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Push => "push",
        }
    }
}

/// A claimed notice.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    /// Its id, from which a mail's Message-ID is made.
    pub(crate) id: Uuid,
    pub(crate) event_id: EventId,
    pub(crate) place_id: PlaceId,
    pub(crate) ordinal: i64,
    pub(crate) locale: Locale,
    /// Where a mail goes, and how its reader is called, where that is known.
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
    /// The browser a push goes to.
    pub(crate) endpoint: Option<String>,
    pub(crate) p256dh: Option<Vec<u8>>,
    pub(crate) auth: Option<Vec<u8>>,
    pub(crate) come_in_by: OffsetDateTime,
    pub(crate) retry_count: i32,
}

/// Marks what is to be told of places that were admitted together; how much. One look-up, however many they are.
pub(super) async fn mark_due(
    pool: &PgPool,
    admitted: &PlacesAdmitted,
    come_in_by: OffsetDateTime,
) -> sqlx::Result<u64> {
    let places: Vec<Uuid> = admitted.places.iter().map(|place| place.0).collect();
    let marked = sqlx::query!(
        "UPDATE turn_notices SET come_in_by = $3, next_try_at = now()
         WHERE place_id = ANY($1) AND event_id = $2 AND come_in_by IS NULL",
        &places,
        admitted.event_id.0,
        come_in_by
    );
    Ok(marked.execute(pool).await?.rows_affected())
}

/// Forgets what was not told in time; how much.
pub(super) async fn forget_late(pool: &PgPool, channel: Channel) -> sqlx::Result<u64> {
    let late = sqlx::query!(
        "DELETE FROM turn_notices WHERE channel = $1 AND come_in_by <= now() AND next_try_at <= now()",
        channel.as_str()
    );
    Ok(late.execute(pool).await?.rows_affected())
}

/// Claims up to `most` for the length of a lease, the longest due first.
pub(super) async fn claim(
    pool: &PgPool,
    channel: Channel,
    most: i64,
    lease: Duration,
) -> sqlx::Result<Vec<Notice>> {
    let claimed = sqlx::query_as!(
        Notice,
        r#"UPDATE turn_notices n SET next_try_at = now() + make_interval(secs => $3)
           FROM (SELECT t.id, u.email, u.name
                 FROM turn_notices t LEFT JOIN users u ON u.id = t.user_id
                 WHERE t.channel = $1 AND t.come_in_by > now() AND t.next_try_at <= now()
                 ORDER BY t.next_try_at LIMIT $2 FOR UPDATE OF t SKIP LOCKED) AS due
           WHERE n.id = due.id
           RETURNING n.id, n.event_id AS "event_id: EventId", n.place_id AS "place_id: PlaceId", n.ordinal,
                     n.locale AS "locale: Locale", coalesce(n.email, due.email) AS email,
                     CASE WHEN n.email IS NULL THEN due.name END AS name, n.endpoint, n.p256dh, n.auth,
                     n.come_in_by AS "come_in_by!", n.retry_count"#,
        channel.as_str(),
        most,
        lease.as_secs_f64()
    );
    claimed.fetch_all(pool).await
}

/// Forgets one that was told, or never can be.
pub(super) async fn forget(pool: &PgPool, id: Uuid) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM turn_notices WHERE id = $1", id).execute(pool).await.map(|_| ())
}

/// Puts one off after a try that failed.
pub(super) async fn put_off(pool: &PgPool, id: Uuid, wait: Duration) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE turn_notices SET retry_count = retry_count + 1, next_try_at = now() + make_interval(secs => $2)
         WHERE id = $1",
        id,
        wait.as_secs_f64()
    )
    .execute(pool)
    .await
    .map(|_| ())
}

/// Forgets a browser that does not want pushes any more, for every place and account.
pub(super) async fn forget_browser(pool: &PgPool, endpoint: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "WITH gone AS (DELETE FROM push_subscriptions WHERE endpoint = $1)
         DELETE FROM turn_notices WHERE endpoint = $1",
        endpoint
    )
    .execute(pool)
    .await
    .map(|_| ())
}
