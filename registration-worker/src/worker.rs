//! The worker as a whole: what it is made of, and its loops.

use std::sync::Arc;

use prometheus_client::registry::Registry;
use shared::{
    broker::{BrokerAddress, Publisher},
    clock::Clock,
    config::EngineArgs,
    health::Readiness,
    locks::Holds,
    payments::sandbox::SandboxGateway,
    processing::Processor,
    redis::Redis,
    store::{self, events::EventCache},
};
use sqlx::PgPool;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{config::Config, consumer, metrics::Metrics, reconciler, relay, waiting_list};

/// What the loops share.
pub struct Worker {
    /// As started.
    pub config: Config,
    /// PostgreSQL.
    pub pool: PgPool,
    /// RabbitMQ, for consuming.
    pub broker: BrokerAddress,
    /// RabbitMQ, for publishing.
    pub publisher: Publisher,
    /// Decides and settles.
    pub processor: Processor,
    /// Seat locks.
    pub holds: Holds,
    /// Events, at most a second old.
    pub events: EventCache,
    /// Told after each commit: the outbox has something.
    pub committed: Notify,
    /// What is counted.
    pub metrics: Metrics,
    /// Cancelled when the process is told to stop.
    pub shutdown: CancellationToken,
    redis: Redis,
}

impl Worker {
    /// Opens everything. Engines that are away are connected when they come.
    ///
    /// # Errors
    /// When an address cannot be used.
    pub fn new(
        config: Config,
        registry: &mut Registry,
        shutdown: CancellationToken,
    ) -> anyhow::Result<Arc<Self>> {
        let broker =
            BrokerAddress { url: config.engines.amqp_url.clone(), name: "registration-worker".into() };
        let (pool, redis) = stores(&config.engines)?;
        Ok(Arc::new(Self {
            processor: processor(&pool, &redis),
            holds: Holds::new(redis.clone(), pool.clone()),
            events: EventCache::new(pool.clone()),
            publisher: Publisher::start(broker.clone(), shutdown.clone()),
            committed: Notify::new(),
            metrics: Metrics::register(registry),
            config,
            pool,
            broker,
            shutdown,
            redis,
        }))
    }

    /// What must answer before this worker is ready.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        Readiness::default()
            .postgres(self.pool.clone())
            .redis(self.redis.clone())
            .broker(self.publisher.clone())
    }

    /// Works until the shutdown, then ends what is under way.
    pub async fn run(self: Arc<Self>) {
        tokio::join!(
            consumer::run(Arc::clone(&self)),
            relay::run(Arc::clone(&self)),
            reconciler::run(Arc::clone(&self)),
            waiting_list::run(Arc::clone(&self)),
        );
    }
}

/// Opens the stores.
///
/// # Errors
/// When an address cannot be used.
pub fn stores(engines: &EngineArgs) -> anyhow::Result<(PgPool, Redis)> {
    let pool = store::connect(&engines.database_url, engines.database_connections)?;
    Ok((pool, Redis::connect(&engines.redis_url, &engines.redis_prefix)?))
}

/// What decides and settles, over these stores.
#[must_use]
pub fn processor(pool: &PgPool, redis: &Redis) -> Processor {
    let holds = Holds::new(redis.clone(), pool.clone());
    Processor::new(pool.clone(), holds, Arc::new(SandboxGateway::new(pool.clone())), Clock::System)
}
