//! Consuming that outlives its connection.

use std::time::Duration;

use futures_util::StreamExt as _;
use lapin::{
    Connection,
    options::{BasicConsumeOptions, BasicQosOptions},
    types::FieldTable,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    BrokerAddress, answered, reconnect_waits,
    topology::{self, Queue},
};

/// A delivered message. Acknowledging one of a connection that is gone does nothing: the broker delivers it again.
pub type Delivery = lapin::message::Delivery;

/// Consumes one queue over a connection of its own, made again whenever it breaks.
pub struct Consumer {
    address: BrokerAddress,
    queue: Queue,
    prefetch: u16,
    shutdown: CancellationToken,
    session: Option<Session>,
    opened: watch::Sender<u64>,
}

struct Session {
    deliveries: lapin::Consumer,
    connection: Connection,
    generation: u64,
}

impl Consumer {
    /// A consumer of `queue` that holds at most `prefetch` unacknowledged messages (0: no bound, for queues that
    /// are bounded themselves) and ends at `shutdown`. Connects on the first [`Consumer::recv`].
    #[must_use]
    pub fn new(address: BrokerAddress, queue: Queue, prefetch: u16, shutdown: CancellationToken) -> Self {
        Self { address, queue, prefetch, shutdown, session: None, opened: watch::Sender::new(0) }
    }

    /// The next message; `None` after shutdown. Cancel-safe.
    pub async fn recv(&mut self) -> Option<Delivery> {
        loop {
            if self.session.is_none() {
                let session = self.open().await?;
                self.opened.send_replace(session.generation);
                self.session = Some(session);
            }
            let session = self.session.as_mut()?;
            let next = tokio::select! {
                next = session.deliveries.next() => next,
                () = self.shutdown.cancelled() => return None,
            };
            match next {
                Some(Ok(delivery)) => return Some(delivery),
                Some(Err(error)) => {
                    tracing::warn!(%error, queue = self.queue.name(), "broker: consuming broke");
                }
                None => tracing::warn!(queue = self.queue.name(), "broker: consuming ended"),
            }
            self.reset().await;
        }
    }

    /// Counts the connections so far: when it has grown, everything delivered before is delivered again.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.session.as_ref().map_or(0, |session| session.generation)
    }

    /// Changes with each connection, as soon as it consumes. What a queue of this consumer's own would have been
    /// given before is lost.
    #[must_use]
    pub fn opened(&self) -> watch::Receiver<u64> {
        self.opened.subscribe()
    }

    /// Drops the connection; unacknowledged messages are delivered again, here or elsewhere.
    pub async fn reset(&mut self) {
        if let Some(session) = self.session.take() {
            let closing = session.connection.close(200, "bye".into());
            let _ = tokio::time::timeout(Duration::from_secs(1), closing).await;
        }
    }

    async fn open(&self) -> Option<Session> {
        let mut waits = reconnect_waits();
        loop {
            let opened = tokio::select! {
                opened = answered(self.try_open()) => opened,
                () = self.shutdown.cancelled() => return None,
            };
            match opened {
                Ok(session) => return Some(session),
                Err(error) => tracing::warn!(%error, queue = self.queue.name(), "broker: cannot consume"),
            }
            tokio::select! {
                () = tokio::time::sleep(waits.next().unwrap_or(Duration::from_secs(5))) => {}
                () = self.shutdown.cancelled() => return None,
            }
        }
    }

    async fn try_open(&self) -> lapin::Result<Session> {
        use std::sync::atomic::{AtomicU64, Ordering};
        static GENERATIONS: AtomicU64 = AtomicU64::new(1);

        let connection = self.address.connect().await?;
        let channel = connection.create_channel().await?;
        topology::declare(&channel).await?;
        self.queue.declare(&channel).await?;
        channel.basic_qos(self.prefetch, BasicQosOptions::default()).await?;
        let deliveries = channel
            .basic_consume(
                self.queue.name().into(),
                self.address.name.clone().into(),
                BasicConsumeOptions::default(),
                FieldTable::default(),
            )
            .await?;
        let generation = GENERATIONS.fetch_add(1, Ordering::Relaxed);
        Ok(Session { deliveries, connection, generation })
    }
}
