//! Seat locks and the live view, in Redis. A lock is a courtesy to the fan who holds it: PostgreSQL alone decides
//! who has a seat.
//!
//! Everything that must be atomic is one script (`scripts/`), on keys that share their event's hash tag; what fans and
//! workers do to holds is done for many by one call ([`acts`]). Expiry
//! needs no sweeper to be safe (the lock's own expiry decides); [`sweep`] keeps the view fresh. When Redis has lost
//! its memory the view is missing: whoever notices builds it again from PostgreSQL and goes on.

mod acts;
mod asking;
mod blocking;
mod decided;
mod rebuild;
mod repair;
mod scripts;
pub mod sweep;
mod types;
mod view;
mod waiting_list;

use std::time::Duration;

use fred::{
    interfaces::{KeysInterface as _, SortedSetsInterface as _},
    types::Expiration,
};
use moka::sync::Cache;
use sqlx::PgPool;

use acts::{Act, Acts};
pub use repair::Mended;
use scripts::{areas_text, parse, parse_areas, parse_seats, seats_text};
pub use types::{AreaStock, Claim, Claimed, Extended, Hold, HoldOutcome, HoldRequest, Released, Stock};
pub use view::Snapshot;
pub use waiting_list::Kept;

use crate::{
    clock::Clock,
    domain::{EventId, HoldId, UserId},
    redis::Redis,
};

/// How long the index that leads from a hold to its event outlives the hold.
const INDEX_RETAIN_MS: u64 = 24 * 3_600 * 1_000;
/// How often the sweeper is told of an event that has holds.
const ANNOUNCE_EVERY: Duration = Duration::from_secs(1);
/// Most events remembered for that.
const ANNOUNCED: u64 = 10_000;
/// How often a missing view is rebuilt within one call before the call gives up.
const REBUILDS: usize = 10;

/// The locks of all events. Cheap to clone.
#[derive(Clone)]
pub struct Holds {
    redis: Redis,
    pool: PgPool,
    clock: Clock,
    acts: Acts,
    /// Events that the sweeper was told of just now: one with many holds is not named to it with each.
    announced: Cache<EventId, ()>,
}

/// Why a call on the locks failed; what it should have done may have been done.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Redis is away or refused.
    #[error("Redis failed")]
    Redis(#[from] fred::error::Error),
    /// PostgreSQL is away, while the view had to be rebuilt from it.
    #[error("PostgreSQL failed")]
    Database(#[from] sqlx::Error),
    /// The event does not exist or has no seat map.
    #[error("event {0} has no seat map")]
    NoSeatMap(EventId),
    /// The view of the event is being rebuilt and did not get ready in time.
    #[error("the view of event {0} is being rebuilt")]
    Rebuilding(EventId),
    /// A script answered what this version does not know.
    #[error("a script answered {0:?}")]
    Reply(String),
}

impl LockError {
    fn reply(text: &str) -> Self {
        Self::Reply(text.to_owned())
    }
}

/// What a script answers: a word, and what belongs to it.
type Reply = Vec<String>;

impl Holds {
    /// Locks over `redis`, rebuilt from `pool` when Redis has lost them.
    #[must_use]
    pub fn new(redis: Redis, pool: PgPool) -> Self {
        let announced = Cache::builder().max_capacity(ANNOUNCED).time_to_live(ANNOUNCE_EVERY).build();
        Self { acts: Acts::new(redis.clone()), redis, pool, clock: Clock::System, announced }
    }

    /// Locks everything a fan asks for, or nothing.
    ///
    /// # Errors
    /// When Redis is away, or its view is missing and cannot be rebuilt. The hold may exist then; it expires.
    pub async fn hold(&self, request: &HoldRequest) -> Result<HoldOutcome, LockError> {
        self.hold_from(request, "").await
    }

    async fn hold_from(&self, request: &HoldRequest, from: &str) -> Result<HoldOutcome, LockError> {
        let args = vec![
            request.hold_id.to_string(),
            request.user_id.to_string(),
            seats_text(&request.seats),
            areas_text(&request.areas),
            request.limit.to_string(),
            request.ttl_ms.to_string(),
            request.lease.map_or_else(String::new, |ordinal| ordinal.to_string()),
            from.to_owned(),
        ];
        self.index(request).await?;
        let reply = self.act_on_view(request.event_id, Act::Hold, args).await?;
        let word = reply.first().map_or("", String::as_str);
        match (word, reply.get(1..).unwrap_or_default()) {
            ("held", [fence, deadline]) => {
                Ok(HoldOutcome::Held { fence: parse(fence)?, deadline_ms: parse(deadline)? })
            }
            ("taken", seats) => {
                let seats = seats.iter().map(|seat| parse(seat)).collect::<Result<_, _>>()?;
                Ok(HoldOutcome::Taken { seats })
            }
            ("area_full", [area, left]) => {
                Ok(HoldOutcome::AreaFull { area: parse(area)?, left: parse(left)? })
            }
            ("limit", [has]) => Ok(HoldOutcome::LimitReached { has: parse(has)? }),
            ("lease_over", []) => Ok(HoldOutcome::LeaseOver),
            ("hold_exists", [hold]) => Ok(HoldOutcome::HoldExists { hold_id: parse(hold)? }),
            _ => Err(LockError::Reply(reply.join(" "))),
        }
    }

    /// A living hold of an event.
    ///
    /// # Errors
    /// When Redis is away.
    pub async fn get(&self, event_id: EventId, hold_id: HoldId) -> Result<Option<Hold>, LockError> {
        let args = vec![hold_id.to_string(), String::new()];
        read_hold(event_id, hold_id, &self.act(event_id, Act::Get, args).await?)
    }

    /// A living hold, wherever it is.
    ///
    /// # Errors
    /// When Redis is away.
    pub async fn find(&self, hold_id: HoldId) -> Result<Option<Hold>, LockError> {
        let event: Option<String> = self.redis.client().get(self.index_key(hold_id)).await?;
        match event {
            Some(event) => self.get(parse(&event)?, hold_id).await,
            None => Ok(None),
        }
    }

    /// Gives a hold back.
    ///
    /// # Errors
    /// When Redis is away.
    pub async fn release(
        &self,
        event_id: EventId,
        hold_id: HoldId,
        user_id: UserId,
    ) -> Result<Released, LockError> {
        let args = vec![hold_id.to_string(), user_id.to_string()];
        let reply = self.act(event_id, Act::Release, args).await?;
        match reply.join(" ").as_str() {
            "released" => Ok(Released::Done),
            "pinned" => Ok(Released::Pinned),
            "gone" => Ok(Released::Gone),
            other => Err(LockError::reply(other)),
        }
    }

    /// Moves the deadline to `ttl_ms` from now, once, to cover payment.
    ///
    /// # Errors
    /// When Redis is away.
    pub async fn extend(
        &self,
        event_id: EventId,
        hold_id: HoldId,
        user_id: UserId,
        ttl_ms: u64,
    ) -> Result<Extended, LockError> {
        self.move_deadline(event_id, hold_id, user_id, ttl_ms, "extend").await
    }

    /// Moves the deadline to `ttl_ms` from now because a booking was accepted: from now on it cannot be given back
    /// by the fan. May be repeated.
    ///
    /// # Errors
    /// When Redis is away.
    pub async fn pin(
        &self,
        event_id: EventId,
        hold_id: HoldId,
        user_id: UserId,
        ttl_ms: u64,
    ) -> Result<Extended, LockError> {
        self.move_deadline(event_id, hold_id, user_id, ttl_ms, "pin").await
    }

    async fn move_deadline(
        &self,
        event_id: EventId,
        hold_id: HoldId,
        user_id: UserId,
        ttl_ms: u64,
        mode: &str,
    ) -> Result<Extended, LockError> {
        let args = vec![hold_id.to_string(), user_id.to_string(), ttl_ms.to_string(), mode.to_owned()];
        let reply = self.act(event_id, Act::Extend, args).await?;
        match reply.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["extended", deadline] => Ok(Extended::Done { deadline_ms: parse(deadline)? }),
            ["already", deadline] => Ok(Extended::Already { deadline_ms: parse(deadline)? }),
            ["gone"] => Ok(Extended::Gone),
            _ => Err(LockError::Reply(reply.join(" "))),
        }
    }

    /// Makes a hold findable by its id alone. The key lies outside the event's slot, so this comes before the hold: an
    /// index without a hold is harmless, a hold without an index is lost.
    async fn index(&self, request: &HoldRequest) -> Result<(), LockError> {
        let lives_ms = i64::try_from(request.ttl_ms + INDEX_RETAIN_MS).unwrap_or(i64::MAX);
        let (key, event) = (self.index_key(request.hold_id), request.event_id.to_string());
        let indexed =
            self.redis.client().set::<(), _, _>(key, event, Some(Expiration::PX(lives_ms)), None, false);
        if self.announced.contains_key(&request.event_id) {
            return Ok(indexed.await?);
        }
        tokio::try_join!(indexed, self.announce(request.event_id))?;
        self.announced.insert(request.event_id, ());
        Ok(())
    }

    /// Makes an event known to the sweeper.
    async fn announce(&self, event_id: EventId) -> Result<(), fred::error::Error> {
        let entry = (self.now_as_score(), event_id.to_string());
        self.redis.client().zadd(self.sweep_key(), None, None, false, false, entry).await
    }

    fn index_key(&self, hold_id: HoldId) -> String {
        self.redis.key(format_args!("hold-event:{hold_id}"))
    }

    fn sweep_key(&self) -> String {
        self.redis.key("sweep")
    }
}

fn read_hold(event_id: EventId, hold_id: HoldId, reply: &[String]) -> Result<Option<Hold>, LockError> {
    let [user, seats, areas, fence, deadline, lease, extended, pinned] = reply else {
        return Ok(None);
    };
    Ok(Some(Hold {
        hold_id,
        event_id,
        user_id: parse(user)?,
        seats: parse_seats(seats)?,
        areas: parse_areas(areas)?,
        fence: parse(fence)?,
        deadline_ms: parse(deadline)?,
        extended: extended == "1",
        pinned: pinned == "1",
        lease: if lease.is_empty() { None } else { Some(parse(lease)?) },
    }))
}
