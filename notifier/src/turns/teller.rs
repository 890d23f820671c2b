//! Telling what is due on one channel, so many at a time.

use std::{sync::Arc, time::Duration};

use sqlx::PgPool;
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use super::store::{self, Channel, Notice};
use crate::metrics::{Metrics, TurnOutcome};

/// How often it is looked for what is due when nobody rings: retries, and what another notifier left.
const LOOK: Duration = Duration::from_millis(500);
/// How much longer than telling itself a lease lasts.
const LEASE_SLACK: Duration = Duration::from_secs(15);

/// What became of one try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// It is with the mail server or the push service.
    Yes,
    /// The browser does not want pushes any more.
    Gone,
    /// Not this time; the other side may say when.
    Later { why: String, after: Option<Duration> },
    /// Never.
    Never { why: String },
}

/// Tells one notice.
pub(crate) trait Tell: Send + Sync + 'static {
    /// On which channel.
    const CHANNEL: Channel;
    /// The longest one try takes.
    fn longest(&self) -> Duration;
    /// The wait before retry `number` (from 0); none when there are no more.
    fn retry_wait(&self, number: usize) -> Option<Duration>;
    /// One try.
    fn tell(&self, notice: &Notice) -> impl Future<Output = Told> + Send;
}

/// Tells on one channel.
pub(crate) struct Teller<T> {
    pub(crate) channel: T,
    pub(crate) at_once: usize,
    pub(crate) pool: PgPool,
    pub(crate) metrics: Arc<Metrics>,
}

impl<T: Tell> Teller<T> {
    /// Tells until `shutdown`, then finishes what it began.
    pub(crate) async fn run(self: Arc<Self>, due: Arc<Notify>, shutdown: CancellationToken) {
        let free = Arc::new(Semaphore::new(self.at_once.max(1)));
        let mut tasks = JoinSet::new();
        while !shutdown.is_cancelled() {
            // Registered before looking, so that nothing that becomes due meanwhile is missed.
            let rung = due.notified();
            let more = self.tell_due(&free, &mut tasks).await;
            while tasks.try_join_next().is_some() {}
            if more {
                continue;
            }
            tokio::select! {
                () = rung => {}
                () = tokio::time::sleep(LOOK) => {}
                () = shutdown.cancelled() => break,
            }
        }
        while tasks.join_next().await.is_some() {}
    }

    /// Begins with as many as may be under way; whether there may be more for those that are free now.
    async fn tell_due(self: &Arc<Self>, free: &Arc<Semaphore>, tasks: &mut JoinSet<()>) -> bool {
        let Ok(mut permits) = Arc::clone(free).acquire_many_owned(1).await else { return false };
        if let Ok(more) = Arc::clone(free).try_acquire_many_owned(available(free)) {
            permits.merge(more);
        }
        match self.claimed(permits.num_permits()).await {
            Ok(notices) => {
                let all = notices.len() == permits.num_permits();
                for notice in notices {
                    let Some(permit) = permits.split(1) else { break };
                    let teller = Arc::clone(self);
                    tasks.spawn(async move { teller.settle(&notice, permit).await });
                }
                all
            }
            Err(error) => {
                tracing::warn!(%error, "turns: cannot look what is due");
                false
            }
        }
    }

    async fn claimed(&self, most: usize) -> sqlx::Result<Vec<Notice>> {
        let late = store::forget_late(&self.pool, T::CHANNEL).await?;
        self.metrics.turns(T::CHANNEL, TurnOutcome::Late, late);
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        store::claim(&self.pool, T::CHANNEL, most, self.channel.longest() + LEASE_SLACK).await
    }

    async fn settle(&self, notice: &Notice, permit: OwnedSemaphorePermit) {
        let told = match tokio::time::timeout(self.channel.longest(), self.channel.tell(notice)).await {
            Ok(told) => told,
            Err(_) => Told::Later { why: "no answer in time".into(), after: None },
        };
        let (place, channel) = (notice.place_id, T::CHANNEL.as_str());
        let tries = usize::try_from(notice.retry_count).unwrap_or(usize::MAX);
        let outcome = match (told, self.channel.retry_wait(tries)) {
            (Told::Yes, _) => {
                tracing::info!(%place, channel, "turns: told");
                self.write(|| store::forget(&self.pool, notice.id)).await;
                TurnOutcome::Told
            }
            (Told::Gone, _) => {
                tracing::info!(%place, channel, "turns: the browser is gone");
                let endpoint = notice.endpoint.as_deref().unwrap_or_default();
                self.write(|| store::forget_browser(&self.pool, endpoint)).await;
                TurnOutcome::Gone
            }
            (Told::Later { why, after }, Some(wait)) => {
                let wait = after.map_or(wait, |after| after.max(wait));
                tracing::warn!(%place, channel, why, tries = tries + 1, "turns: will be tried again");
                self.write(|| store::put_off(&self.pool, notice.id, wait)).await;
                TurnOutcome::Retried
            }
            (Told::Later { why, .. }, None) | (Told::Never { why }, _) => {
                tracing::error!(%place, channel, why, "turns: given up");
                self.write(|| store::forget(&self.pool, notice.id)).await;
                TurnOutcome::Failed
            }
        };
        self.metrics.turns(T::CHANNEL, outcome, 1);
        drop(permit);
    }

    /// Writes down what happened, and insists for a while: forgetting that it was told means telling it twice.
    async fn write<F: Future<Output = sqlx::Result<()>>>(&self, write: impl FnMut() -> F) {
        use backon::{ExponentialBuilder, Retryable as _};
        let waits = ExponentialBuilder::default().with_max_times(6);
        if let Err(error) = write.retry(waits).await {
            tracing::error!(%error, "turns: cannot write down what happened");
        }
    }
}

fn available(free: &Semaphore) -> u32 {
    u32::try_from(free.available_permits()).unwrap_or(u32::MAX)
}
