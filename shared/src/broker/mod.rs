//! RabbitMQ: what is declared ([`topology`]), publishing with confirms ([`Publisher`]), and consuming that comes
//! back by itself ([`Consumer`]).
//!
//! lapin does not recover a lost connection. Here every error, and every confirm that is late, drops the
//! connection with all its channels and a new one is made. A publish whose confirm was lost may have arrived:
//! callers publish again under the same message id, and consumers drop what they have seen.

mod consumer;
pub mod dead_letters;
mod publisher;
pub mod topology;

use std::time::Duration;

use lapin::{Connection, ConnectionProperties, options::BasicNackOptions, types::FrameSize, uri::AMQPUri};
use secrecy::{ExposeSecret as _, SecretString};

pub use consumer::{Consumer, Delivery};
pub use publisher::{Message, PublishError, Publisher};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the broker may take to answer what is asked on a connection that stands.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// A peer that is silent for two of these is gone: how a link that swallows everything is noticed.
const HEARTBEAT_S: u16 = 10;
/// lapin keeps 32 frames for each direction; larger messages take several.
const SMALL_FRAME: FrameSize = 16 * 1_024;

/// The address of the broker and the name under which this process shows there.
#[derive(Clone, Debug)]
pub struct BrokerAddress {
    /// amqp://…
    pub url: SecretString,
    /// Name of the connection in the broker's own tools.
    pub name: String,
}

impl BrokerAddress {
    /// Opens one connection.
    ///
    /// # Errors
    /// When the broker does not answer in time or refuses.
    pub async fn connect(&self) -> lapin::Result<Connection> {
        self.connect_with(None).await
    }

    /// Opens one connection of which there are many: its buffers take a megabyte instead of eight.
    ///
    /// # Errors
    /// When the broker does not answer in time or refuses.
    pub async fn connect_small(&self) -> lapin::Result<Connection> {
        self.connect_with(Some(SMALL_FRAME)).await
    }

    async fn connect_with(&self, frame_max: Option<FrameSize>) -> lapin::Result<Connection> {
        let properties = ConnectionProperties::default().with_connection_name(self.name.clone().into());
        let mut uri: AMQPUri = self.url.expose_secret().parse().map_err(|error: String| {
            std::io::Error::new(std::io::ErrorKind::InvalidInput, format!("AMQP_URL: {error}"))
        })?;
        uri.query.heartbeat.get_or_insert(HEARTBEAT_S);
        uri.query.frame_max = frame_max.or(uri.query.frame_max);
        within(CONNECT_TIMEOUT, Connection::connect_uri(uri, properties)).await
    }
}

/// What the broker answers. lapin itself would wait for ever for an answer that is lost with its connection.
///
/// # Errors
/// Whatever lapin says, or that no answer came in time.
pub async fn answered<T>(asked: impl Future<Output = lapin::Result<T>>) -> lapin::Result<T> {
    within(ANSWER_TIMEOUT, asked).await
}

/// Lets the broker deliver it again, here or elsewhere.
///
/// # Errors
/// As [`answered`].
pub async fn give_back(delivery: &Delivery) -> lapin::Result<bool> {
    answered(delivery.nack(BasicNackOptions { requeue: true, ..BasicNackOptions::default() })).await
}

async fn within<T>(limit: Duration, asked: impl Future<Output = lapin::Result<T>>) -> lapin::Result<T> {
    match tokio::time::timeout(limit, asked).await {
        Ok(answer) => answer,
        Err(_) => Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into()),
    }
}

/// Waits between attempts to reach the broker: 100 ms, doubling, 5 s at most, with jitter.
pub(crate) fn reconnect_waits() -> impl Iterator<Item = Duration> {
    use backon::BackoffBuilder as _;
    backon::ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(100))
        .with_max_delay(Duration::from_secs(5))
        .with_jitter()
        .without_max_times()
        .build()
}
