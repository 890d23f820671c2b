//! What a process holds against robots.

use std::{collections::HashSet, sync::Arc, time::Duration};

use moka::future::Cache;
use prometheus_client::{metrics::counter::Counter, registry::Registry};
use shared::domain::EventId;
use sqlx::PgPool;

use super::{address::Block, appeals::Appeal, pace::Pace, store};

/// Arrivals of an event are measured over this.
pub(super) const ARRIVALS_MS: i64 = 5_000;
/// Devices and blocks are looked at over this.
pub(super) const MINUTE_MS: i64 = 60_000;
/// Guesses of codes are looked at over this.
pub(super) const GUESSES_MS: i64 = 5 * MINUTE_MS;
/// How old the rules of an event may be: an organiser's change is everywhere after at most this.
const RULES_TTL: Duration = Duration::from_secs(1);
/// Who is held back again within this is not written down again.
const HELD_TTL: Duration = Duration::from_secs(2);
const CACHED: u64 = 10_000;

/// What somebody begins who wants tickets; each is limited by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Attempt {
    Join,
    Hold,
    Checkout,
}

/// Counters, rules and what was decided lately. Kept in memory: neither joining nor holding makes a round trip for it.
pub struct Robots {
    /// Arrivals at each event.
    pub(super) arrivals: Pace<EventId>,
    /// The same by address block.
    pub(super) blocks: Pace<(EventId, Block)>,
    /// What devices and accounts begin, by device or account.
    pub(super) attempts: Pace<(Attempt, EventId, Arc<str>)>,
    /// Codes that were not there, by device or account.
    pub(super) guesses: Pace<(EventId, Arc<str>)>,
    /// The same by address block.
    pub(super) block_guesses: Pace<(EventId, Block)>,
    /// Who was held back just now.
    pub(super) held: Cache<(EventId, Arc<str>), Arc<Appeal>>,
    /// Puzzles given.
    pub(super) challenges: Counter,
    /// Proofs that were good.
    pub(super) proofs: Counter,
    /// Requests that were held back.
    pub(super) held_back: Counter,
    pool: PgPool,
    rules: Cache<EventId, Arc<Rules>>,
}

/// What the organiser of an event decided.
#[derive(Debug)]
pub(super) struct Rules {
    /// 0: no puzzles.
    pub(super) level: u8,
    /// Those no limit holds back any more.
    pub(super) let_in: HashSet<String>,
}

impl Robots {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self {
            arrivals: Pace::new(ARRIVALS_MS),
            blocks: Pace::new(MINUTE_MS),
            attempts: Pace::new(MINUTE_MS),
            guesses: Pace::new(GUESSES_MS),
            block_guesses: Pace::new(GUESSES_MS),
            held: Cache::builder().max_capacity(CACHED * 10).time_to_live(HELD_TTL).build(),
            challenges: Counter::default(),
            proofs: Counter::default(),
            held_back: Counter::default(),
            rules: Cache::builder().max_capacity(CACHED).time_to_live(RULES_TTL).build(),
            pool,
        }
    }

    /// Makes the metrics known.
    pub fn register(&self, registry: &mut Registry) {
        registry.register("robots_challenges", "Puzzles given", self.challenges.clone());
        registry.register("robots_proofs", "Puzzles solved or waited out", self.proofs.clone());
        registry.register("robots_held_back", "Requests held back", self.held_back.clone());
    }

    /// The rules of an event, at most a second old; those who ask at the same time share one read.
    pub(super) async fn rules(&self, event: EventId) -> Result<Arc<Rules>, Arc<sqlx::Error>> {
        self.rules.try_get_with(event, async { store::rules(&self.pool, event).await.map(Arc::new) }).await
    }

    /// Forgets what was decided about an event, so that this process sees its own change at once.
    pub(super) async fn forget(&self, event: EventId) {
        self.rules.invalidate(&event).await;
    }
}
