//! Publishing with confirms.

use std::{sync::Arc, time::Duration};

use lapin::{
    BasicProperties, Channel, Confirmation, Connection,
    options::{BasicPublishOptions, ConfirmSelectOptions},
};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::{BrokerAddress, answered, reconnect_waits, topology};
use crate::domain::MessageId;

/// How long a publish waits for a connection to stand.
const SESSION_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a publish waits for its confirm.
const CONFIRM_TIMEOUT: Duration = Duration::from_secs(5);
/// Delivery mode "persistent" of AMQP 0-9-1.
const PERSISTENT: u8 = 2;

/// One message to publish.
#[derive(Clone, Debug)]
pub struct Message {
    /// Exchange, see [`topology`].
    pub exchange: &'static str,
    /// Routing key.
    pub routing_key: String,
    /// The id under which consumers drop duplicates; keep it when publishing again.
    pub id: MessageId,
    /// Whether at least one queue must take it; a fact that nobody listens to may vanish, a command may not.
    pub mandatory: bool,
    /// Body, JSON.
    pub body: Vec<u8>,
}

/// Why a publish was not confirmed. In every case the message may or may not have arrived.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// No connection stands.
    #[error("the broker cannot be reached")]
    Unreachable,
    /// The broker did not confirm in time.
    #[error("the broker did not confirm in time")]
    Late,
    /// The broker refused the message (full queue, failed disk).
    #[error("the broker refused the message")]
    Refused,
    /// No queue takes this message.
    #[error("no queue takes messages for {0:?}")]
    Unroutable(String),
    /// The connection broke.
    #[error("the connection to the broker broke")]
    Broken(#[source] lapin::Error),
}

/// Publishes over one supervised connection. Cheap to clone; publishes run side by side.
#[derive(Clone)]
pub struct Publisher {
    sessions: watch::Receiver<Option<Session>>,
    broken: Arc<Notify>,
}

#[derive(Clone)]
struct Session {
    channel: Channel,
    _connection: Arc<Connection>,
}

impl Publisher {
    /// Starts a task that keeps a connection until `shutdown`.
    #[must_use]
    pub fn start(address: BrokerAddress, shutdown: CancellationToken) -> Self {
        let (sender, sessions) = watch::channel(None);
        let broken = Arc::new(Notify::new());
        tokio::spawn(supervise(address, sender, Arc::clone(&broken), shutdown));
        Self { sessions, broken }
    }

    /// Publishes and waits for the confirm.
    ///
    /// # Errors
    /// See [`PublishError`]; publish again with the same id.
    pub async fn publish(&self, message: &Message) -> Result<(), PublishError> {
        self.publish_with(message, properties(message)).await
    }

    /// Publishes to a queue that passes its messages on after a wait, with a wait of this message's own (the
    /// queue's is the longest).
    ///
    /// # Errors
    /// See [`PublishError`]; publish again with the same id.
    pub async fn publish_after(&self, message: &Message, wait: Duration) -> Result<(), PublishError> {
        let properties = properties(message).with_expiration(wait.as_millis().to_string().into());
        self.publish_with(message, properties).await
    }

    async fn publish_with(&self, message: &Message, properties: BasicProperties) -> Result<(), PublishError> {
        let channel = self.channel().await?;
        let options = BasicPublishOptions { mandatory: message.mandatory, ..BasicPublishOptions::default() };
        let confirmed = async {
            let (exchange, key) = (message.exchange.into(), message.routing_key.as_str().into());
            channel.basic_publish(exchange, key, options, &message.body, properties).await?.await
        };
        let outcome = match tokio::time::timeout(CONFIRM_TIMEOUT, confirmed).await {
            Ok(Ok(Confirmation::Ack(None))) => return Ok(()),
            Ok(Ok(Confirmation::Ack(Some(_)) | Confirmation::Nack(Some(_)))) => {
                return Err(PublishError::Unroutable(message.routing_key.clone()));
            }
            Ok(Ok(Confirmation::Nack(None))) => return Err(PublishError::Refused),
            Ok(Ok(Confirmation::NotRequested)) => PublishError::Refused,
            Ok(Err(error)) => PublishError::Broken(error),
            Err(_) => PublishError::Late,
        };
        self.broken.notify_one();
        Err(outcome)
    }

    /// Runs a declaration (a queue of one event, say) on the publishing channel.
    ///
    /// # Errors
    /// When no connection stands or the broker refuses.
    pub async fn channel(&self) -> Result<Channel, PublishError> {
        let mut sessions = self.sessions.clone();
        let waiting = sessions
            .wait_for(|session| session.as_ref().is_some_and(|session| session.channel.status().connected()));
        match tokio::time::timeout(SESSION_TIMEOUT, waiting).await {
            Ok(Ok(session)) => {
                session.as_ref().map(|session| session.channel.clone()).ok_or(PublishError::Unreachable)
            }
            _ => Err(PublishError::Unreachable),
        }
    }

    /// Whether a connection stands right now.
    #[must_use]
    pub fn connected(&self) -> bool {
        self.sessions.borrow().as_ref().is_some_and(|session| session.channel.status().connected())
    }
}

fn properties(message: &Message) -> BasicProperties {
    BasicProperties::default()
        .with_delivery_mode(PERSISTENT)
        .with_content_type("application/json".into())
        .with_message_id(message.id.to_string().into())
}

async fn supervise(
    address: BrokerAddress,
    sessions: watch::Sender<Option<Session>>,
    broken: Arc<Notify>,
    shutdown: CancellationToken,
) {
    while !shutdown.is_cancelled() {
        let session = tokio::select! {
            session = open(&address) => session,
            () = shutdown.cancelled() => break,
        };
        let connection = Arc::clone(&session._connection);
        sessions.send_replace(Some(session));
        tokio::select! {
            () = broken.notified() => tracing::warn!("broker: publishing broke, connecting again"),
            () = lost(&connection) => tracing::warn!("broker: connection lost, connecting again"),
            () = shutdown.cancelled() => {}
        }
        sessions.send_replace(None);
        let closing = connection.close(200, "bye".into());
        // A dead peer would never answer the close.
        let _ = tokio::time::timeout(Duration::from_secs(1), closing).await;
    }
}

async fn open(address: &BrokerAddress) -> Session {
    let mut waits = reconnect_waits();
    loop {
        match answered(try_open(address)).await {
            Ok(session) => return session,
            Err(error) => tracing::warn!(%error, "broker: cannot connect for publishing"),
        }
        tokio::time::sleep(waits.next().unwrap_or(Duration::from_secs(5))).await;
    }
}

async fn try_open(address: &BrokerAddress) -> lapin::Result<Session> {
    let connection = address.connect().await?;
    let channel = connection.create_channel().await?;
    topology::declare(&channel).await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    Ok(Session { channel, _connection: Arc::new(connection) })
}

/// Resolves when the connection has reported an error or is no longer connected.
async fn lost(connection: &Connection) {
    use futures_util::StreamExt as _;
    let mut events = std::pin::pin!(connection.events_listener());
    while connection.status().connected() {
        match events.next().await {
            Some(lapin::Event::Error(_)) | None => return,
            Some(_) => {}
        }
    }
}
