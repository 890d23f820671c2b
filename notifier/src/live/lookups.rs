//! What is true already when a socket asks to be told.

use std::sync::Arc;

use fred::interfaces::SortedSetsInterface as _;
use shared::{
    domain::{BookingId, BookingStatus, EventId, EventStatus, UserId},
    redis::Redis,
    store::events::EventCache,
    tokens::PlaceClaims,
};
use sqlx::PgPool;
use time::{Duration, OffsetDateTime};

use crate::sockets::protocol::{PlaceState, Reply};

/// Bookings decided longer ago are history, which the API tells.
const RECENT: Duration = Duration::hours(1);
/// Most of them.
const MOST_BOOKINGS: i64 = 50;

/// Reads the stores.
#[derive(Clone)]
pub(crate) struct Lookups {
    pub(crate) pool: PgPool,
    pub(crate) redis: Redis,
    pub(crate) events: EventCache,
}

/// A store that did not answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LookupError {
    #[error("PostgreSQL: {0}")]
    Store(#[from] sqlx::Error),
    #[error("PostgreSQL: {0}")]
    Events(#[from] Arc<sqlx::Error>),
    #[error("Redis: {0}")]
    Redis(#[from] fred::error::Error),
}

impl Lookups {
    /// Whether there is such an event for everybody to see.
    pub(crate) async fn event_is_public(&self, event: EventId) -> Result<bool, LookupError> {
        let event = self.events.get(event).await?;
        Ok(event.is_some_and(|event| event.status != EventStatus::Draft))
    }

    /// Whether a place is admitted: its lease lives, by our clock (the API decides by Redis's).
    pub(crate) async fn place(&self, claims: &PlaceClaims, now_ms: i64) -> Result<Reply, LookupError> {
        let leases = self.redis.event(claims.event).leases();
        let until_ms: Option<f64> = self.redis.client().zscore(leases, claims.ordinal.to_string()).await?;
        #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, far below 2^53")]
        let until_ms = until_ms.map(|until| until as i64).filter(|until| *until > now_ms);
        let state = until_ms.map_or(PlaceState::Waiting, |_| PlaceState::Admitted);
        Ok(Reply::Place { place: claims.sub, event: claims.event, state, until_ms })
    }

    /// The person's bookings that were decided lately, oldest first.
    pub(crate) async fn recent_bookings(
        &self,
        user: UserId,
        now: OffsetDateTime,
    ) -> Result<Vec<Reply>, LookupError> {
        let rows = sqlx::query!(
            r#"SELECT id AS "id: BookingId", event_id AS "event_id: EventId", status AS "status: BookingStatus", reason
               FROM bookings
               WHERE user_id = $1 AND status <> 'processing' AND GREATEST(decided_at, cancelled_at) > $2
               ORDER BY GREATEST(decided_at, cancelled_at) DESC LIMIT $3"#,
            user.0,
            now - RECENT,
            MOST_BOOKINGS
        )
        .fetch_all(&self.pool)
        .await?;
        let replies = rows.into_iter().rev().map(|row| Reply::Booking {
            booking: row.id,
            event: row.event_id,
            status: row.status,
            reason: row.reason,
        });
        Ok(replies.collect())
    }
}
