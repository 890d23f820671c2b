//! The relay: publishes what the outbox holds. Several may run; each takes what no other has.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use shared::{
    broker::{Message, PublishError, topology::EVENTS},
    domain::MessageId,
    store::outbox::{self, Waiting},
};

use crate::worker::Worker;

/// Most facts published in one go.
const BATCH: i64 = 500;
/// How often the outbox is looked at when nothing was committed here: the API commits too.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// The wait after a failure.
const WAIT_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Why a round ended early.
#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error("PostgreSQL failed")]
    Store(#[from] sqlx::Error),
    #[error("a fact was not confirmed")]
    Publish(#[from] PublishError),
}

/// Publishes until the shutdown.
pub async fn run(worker: Arc<Worker>) {
    loop {
        let wait = match round(&worker).await {
            Ok(full) if full => Duration::ZERO,
            Ok(_) => LOOK_EVERY,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "relay: trying again");
                WAIT_AFTER_FAILURE
            }
        };
        tokio::select! {
            () = worker.shutdown.cancelled() => return,
            () = worker.committed.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Publishes one batch; whether it was a full one. What was not confirmed stays and is published again under the
/// same id.
async fn round(worker: &Worker) -> Result<bool, RelayError> {
    // Without a connection there is no need to hold rows for as long as a publish waits.
    worker.publisher.channel().await?;
    let mut tx = worker.pool.begin().await?;
    let waiting = outbox::take(&mut tx, BATCH).await?;
    if waiting.is_empty() {
        tx.rollback().await?;
        return Ok(false);
    }
    let full = waiting.len() as i64 == BATCH;
    let outcomes = join_all(waiting.into_iter().map(|fact| publish(worker, fact))).await;
    let (mut confirmed, mut failure) = (Vec::with_capacity(outcomes.len()), None);
    for outcome in outcomes {
        match outcome {
            Ok(id) => confirmed.push(id),
            Err(error) => failure = Some(error),
        }
    }
    outbox::mark_published(&mut tx, &confirmed).await?;
    tx.commit().await?;
    worker.metrics.published.inc_by(confirmed.len() as u64);
    failure.map_or(Ok(full), |error| Err(error.into()))
}

async fn publish(worker: &Worker, fact: Waiting) -> Result<MessageId, PublishError> {
    let message = Message {
        exchange: EVENTS,
        routing_key: fact.topic,
        id: fact.id,
        mandatory: false,
        body: fact.payload,
    };
    worker.publisher.publish(&message).await.map(|()| fact.id)
}
