//! Keeps the view fresh: frees what expired holds still show as held. Several may run at once; none is needed for
//! safety.

use std::time::Duration;

use fred::interfaces::SortedSetsInterface as _;
use tokio_util::sync::CancellationToken;

use super::{
    Holds, LockError,
    scripts::{self, parse, texts},
};
use crate::domain::EventId;

/// How often the events with holds are looked at.
const INTERVAL: Duration = Duration::from_millis(500);
/// Most holds of one event freed by one script.
const BATCH: u32 = 200;
/// An event without holds is forgotten after this long without a new one.
const FORGET_AFTER_MS: f64 = 3_600_000.0;

impl Holds {
    /// Frees what expired holds of one event still show as held; answers how many holds are left.
    ///
    /// # Errors
    /// When Redis is away.
    pub async fn sweep(&self, event_id: EventId) -> Result<u64, LockError> {
        loop {
            let base = self.redis.event(event_id).base().to_owned();
            let args = texts([BATCH.to_string()]);
            let (freed, left): (u64, u64) = self.redis.run(&scripts::SWEEP, vec![base], args).await?;
            if freed < u64::from(BATCH) {
                return Ok(left);
            }
        }
    }

    /// Sweeps every event that had a hold lately.
    ///
    /// # Errors
    /// When Redis is away.
    pub async fn sweep_all(&self) -> Result<(), LockError> {
        let client = self.redis.client();
        let events: Vec<String> = client.zrange(self.sweep_key(), 0, -1, None, false, None, false).await?;
        for event in events {
            let event = parse(&event)?;
            if self.sweep(event).await? > 0 {
                self.announce(event).await?;
            }
        }
        let before = self.now_as_score() - FORGET_AFTER_MS;
        client.zremrangebyscore::<(), _, _, _>(self.sweep_key(), f64::NEG_INFINITY, before).await?;
        Ok(())
    }

    /// Sweeps until `shutdown`.
    pub async fn sweep_forever(&self, shutdown: CancellationToken) {
        let mut ticks = tokio::time::interval(INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
            if let Err(error) = self.sweep_all().await {
                tracing::warn!(%error, "expired holds are not swept; they are free all the same");
            }
        }
    }

    /// Now, as the score of a sorted set. Only the order of hours matters, so the machine's clock is good enough.
    pub(super) fn now_as_score(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit 53 bits")]
        let now = self.clock.now_ms() as f64;
        now
    }
}
