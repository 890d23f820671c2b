//! The notifier as a whole: what it holds, what it listens to, how it stops.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use axum::{Router, http::StatusCode, routing::get};
use prometheus_client::registry::Registry;
use shared::{
    broker::{BrokerAddress, Publisher},
    clock::Clock,
    health::{self, Readiness},
    redis::Redis,
    server::{self, ServerLimits},
    store::{self, events::EventCache},
    tokens::Tokens,
};
use sqlx::PgPool;
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::Config,
    live::{Feed, Lookups, push_facts},
    mail::{Mailer, Rush},
    metrics::Metrics,
    sockets::{self, Hub, Sockets},
    turns::Turns,
};

/// How long sockets may take for their goodbyes, and mails under way to be handed over.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(15);

/// Serves until `shutdown`, then drains. Engines that are away are connected when they come.
///
/// # Errors
/// When an address or a key cannot be used.
pub async fn run(
    config: Config,
    clock: Clock,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let engines = &config.engines;
    let broker = BrokerAddress { url: engines.amqp_url.clone(), name: "notifier".into() };
    let pool = store::connect(&engines.database_url, engines.database_connections)?;
    let redis = Redis::connect(&engines.redis_url, &engines.redis_prefix)?;
    let publisher = Publisher::start(broker.clone(), shutdown.clone());
    let tokens = Arc::new(Tokens::new(&config.signing)?);
    let events = EventCache::new(pool.clone());
    let metrics = Arc::new(Metrics::default());

    let tracker = TaskTracker::new();
    let hub = Arc::new(Hub::new(Arc::clone(&metrics)));
    let mailer = Mailer::new(&config, clock.clone(), &pool, &events, &tokens, &publisher, &metrics)
        .context("sending mail")?;
    let rush = Rush::new(redis.clone(), config.mail.mails_in_a_rush);
    tracker.spawn(Arc::new(mailer).run(broker.clone(), rush, shutdown.clone()));
    let turns = Turns {
        config: &config,
        clock: &clock,
        pool: &pool,
        events: &events,
        tokens: &tokens,
        metrics: &metrics,
        tracker: &tracker,
        shutdown: &shutdown,
    };
    turns.start(broker.clone()).context("telling turns")?;
    tracker.spawn(push_facts(broker, Arc::clone(&hub), shutdown.clone()));

    let pause = Duration::from_millis(config.sockets.seat_changes_ms);
    let sockets = Sockets {
        feed: Feed::start(redis.clone(), Arc::clone(&hub), pause, shutdown.clone())?,
        lookups: Lookups { pool: pool.clone(), redis: redis.clone(), events },
        hub,
        tokens,
        clock,
        slots: Arc::new(Semaphore::new(config.sockets.sockets)),
        args: config.sockets,
        tracker: tracker.clone(),
        shutdown: shutdown.clone(),
        metrics: Arc::clone(&metrics),
    };
    let router = router(sockets, &metrics, pool, redis, publisher);
    server::serve(listener, router, ServerLimits::default(), shutdown).await;
    tracker.close();
    if tokio::time::timeout(DRAIN_TIMEOUT, tracker.wait()).await.is_err() {
        tracing::warn!("some sockets or mails did not end in time");
    }
    Ok(())
}

fn router(sockets: Sockets, metrics: &Metrics, pool: PgPool, redis: Redis, publisher: Publisher) -> Router {
    let mut registry = Registry::with_prefix("onsale");
    metrics.register(&mut registry);
    let readiness = Readiness::default().postgres(pool).redis(redis).broker(publisher);
    Router::new()
        .route("/ws", get(sockets::upgrade))
        .with_state(Arc::new(sockets))
        .merge(health::router(readiness, registry))
        .fallback(|| async { StatusCode::NOT_FOUND })
}
