//! What a process holds for all rooms together.

use std::{collections::HashMap, sync::Arc, time::Duration};

use moka::future::Cache;
use parking_lot::Mutex;
use prometheus_client::registry::Registry;
use shared::{broker::Publisher, contracts::live::TierLeft, domain::EventId, redis::Redis};
use tokio::sync::Notify;

use super::{joins::Joins, look::RoomView, metrics::Metrics, reply::RoomError, room::RedisRoom};

/// How old the public status may be; many who ask at the same time share one look.
const STATUS_TTL: Duration = Duration::from_millis(500);
/// How old what is told of the price tiers may be: it is counted seat by seat.
const TIERS_TTL: Duration = Duration::from_secs(2);
const CACHED_ROOMS: u64 = 10_000;

/// The rooms of all events.
pub struct WaitingRooms {
    /// Their doors.
    pub joins: Joins,
    /// What is measured.
    pub metrics: Arc<Metrics>,
    /// An event was published: there may be a new room.
    pub published: Notify,
    redis: Redis,
    wakes: Mutex<HashMap<EventId, Arc<Notify>>>,
    views: Cache<EventId, Arc<RoomView>>,
    tiers: Cache<EventId, Arc<Vec<TierLeft>>>,
}

impl WaitingRooms {
    /// No room is known yet.
    #[must_use]
    pub fn new(redis: Redis, publisher: Publisher) -> Self {
        let metrics = Arc::new(Metrics::default());
        Self {
            joins: Joins::new(redis.clone(), publisher, Arc::clone(&metrics)),
            metrics,
            published: Notify::new(),
            redis,
            wakes: Mutex::default(),
            views: Cache::builder().max_capacity(CACHED_ROOMS).time_to_live(STATUS_TTL).build(),
            tiers: Cache::builder().max_capacity(CACHED_ROOMS).time_to_live(TIERS_TTL).build(),
        }
    }

    /// Makes the metrics known.
    pub fn register(&self, registry: &mut Registry) {
        self.metrics.register(registry);
    }

    /// The room of an event in Redis.
    #[must_use]
    pub fn room(&self, event: EventId) -> RedisRoom {
        RedisRoom::new(self.redis.clone(), event)
    }

    /// The room as it was at most half a second ago.
    ///
    /// # Errors
    /// See [`RoomError`]; shared by all who asked at the same time.
    pub async fn view(&self, event: EventId) -> Result<Arc<RoomView>, Arc<RoomError>> {
        let looking = async { self.room(event).look().await.map(Arc::new) };
        self.views.try_get_with(event, looking).await
    }

    /// What is left in the price tiers of each event.
    pub(super) fn tiers(&self) -> &Cache<EventId, Arc<Vec<TierLeft>>> {
        &self.tiers
    }

    /// Forgets a view, so that this process sees its own change at once.
    pub(super) async fn forget(&self, event: EventId) {
        self.views.invalidate(&event).await;
    }

    /// Rung when there is something to release, for the releaser of this process.
    pub(super) fn wake(&self, event: EventId) -> Arc<Notify> {
        Arc::clone(self.wakes.lock().entry(event).or_default())
    }
}
