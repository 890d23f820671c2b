//! Facts about admitted places: who of them asked to be told is due.

use std::{sync::Arc, time::Duration};

use lapin::options::BasicAckOptions;
use shared::{
    broker::{BrokerAddress, Consumer, answered, give_back, topology::Queue},
    clock::{Clock, from_unix_ms},
    contracts::{Event, EventKind},
};
use sqlx::PgPool;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::store;

/// Facts that may be on their way to this process.
const PREFETCH: u16 = 50;
/// Wait before a fact goes back because PostgreSQL did not answer.
const GIVE_BACK_WAIT: Duration = Duration::from_secs(1);

/// Marks until `shutdown`, and rings `due` when there is something to tell.
pub(crate) async fn mark_due(
    broker: BrokerAddress,
    pool: PgPool,
    clock: Clock,
    due: Arc<Notify>,
    shutdown: CancellationToken,
) {
    let mut consumer = Consumer::new(broker, Queue::Turns, PREFETCH, shutdown);
    while let Some(delivery) = consumer.recv().await {
        let marked = match serde_json::from_slice::<Event>(&delivery.data) {
            Ok(Event { kind: EventKind::PlaceAdmitted(admitted), .. }) => {
                let until = from_unix_ms(admitted.claim_until_ms);
                // Too late is as good as never.
                if until <= clock.now() { Ok(0) } else { store::mark_due(&pool, &admitted, until).await }
            }
            // Nothing else is bound here; another version may have written it otherwise.
            Ok(_) => Ok(0),
            Err(error) => {
                tracing::error!(%error, "turns: a fact that cannot be read");
                Ok(0)
            }
        };
        // Of a connection that is gone: it is delivered again, and what was marked is marked.
        let _ = match marked {
            Ok(count) => {
                if count > 0 {
                    due.notify_waiters();
                }
                answered(delivery.ack(BasicAckOptions::default())).await
            }
            Err(error) => {
                tracing::warn!(%error, "turns: cannot look who asked to be told");
                tokio::time::sleep(GIVE_BACK_WAIT).await;
                give_back(&delivery).await
            }
        };
    }
    consumer.reset().await;
}
