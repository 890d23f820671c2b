//! The broker's side of releasing: who is the one that releases, and the places as they are delivered.
//!
//! Both queues are consumed on one channel, so that they are lost together. RabbitMQ does not tell a single active
//! consumer that it is the active one; a **mark** (a group without places) does: every session puts one into the
//! lobby's queue, and whoever is delivered one is active. The line's queue is consumed only while one is held, so one
//! process releases both. It is held unacknowledged: when its holder dies, the next active consumer gets it.

use std::time::Duration;

use futures_util::StreamExt as _;
use lapin::{
    BasicProperties, Channel, Confirmation, Connection, Consumer,
    options::{
        BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, ConfirmSelectOptions,
        QueueDeleteOptions,
    },
    types::{DeliveryTag, FieldTable},
};
use shared::{
    broker::{BrokerAddress, Delivery, answered, topology::Queue},
    contracts::PlacesJoined,
    domain::{EventId, MessageId},
};

/// How long the broker may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// One connection of one releaser.
pub(super) struct Session {
    event: EventId,
    connection: Connection,
    channel: Channel,
    lobby: Consumer,
    line: Option<Consumer>,
    held: Option<DeliveryTag>,
}

/// What was delivered.
pub(super) enum Delivered {
    /// A group of places, and the tag of its message.
    Places(PlacesJoined, DeliveryTag),
    /// A mark; this session is the active one.
    Mark(MessageId),
    /// A group that was taken in, or something that is no group and was dropped.
    Taken,
}

/// The connection is gone, and with it the right to release.
#[derive(Debug, thiserror::Error)]
#[error("the broker's connection is gone")]
pub(super) struct Lost(#[source] pub(super) Option<lapin::Error>);

impl From<lapin::Error> for Lost {
    fn from(error: lapin::Error) -> Self {
        Self(Some(error))
    }
}

impl Session {
    /// Connects and stands in line for being the one that releases.
    /// From each queue the broker delivers at most `prefetch` messages that are not acknowledged.
    pub(super) async fn open(address: &BrokerAddress, event: EventId, prefetch: u16) -> Result<Self, Lost> {
        in_time(Self::try_open(address, event, prefetch)).await
    }

    async fn try_open(address: &BrokerAddress, event: EventId, prefetch: u16) -> Result<Self, Lost> {
        let connection = address.connect_small().await?;
        let channel = connection.create_channel().await?;
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        Queue::Lobby(event).declare(&channel).await?;
        Queue::Line(event).declare(&channel).await?;
        // Behind so many the rest of the lobby, and the marks, would never come: half of them are folded.
        channel.basic_qos(prefetch, BasicQosOptions::default()).await?;
        let lobby = consume(&channel, &Queue::Lobby(event)).await?;
        let session = Self { event, connection, channel, lobby, line: None, held: None };
        session.put_mark(&Queue::Lobby(event)).await?;
        Ok(session)
    }

    /// Whether this session is the one that releases.
    pub(super) fn is_active(&self) -> bool {
        self.held.is_some()
    }

    /// The next delivery, to be given to [`Session::read`]. Cancel-safe.
    pub(super) async fn next(&mut self) -> Result<Delivery, Lost> {
        let next = match &mut self.line {
            None => self.lobby.next().await,
            Some(line) => tokio::select! {
                next = self.lobby.next() => next,
                next = line.next() => next,
            },
        };
        Ok(next.ok_or(Lost(None))??)
    }

    /// Reads a delivery; the first mark makes this session the active one. Must not be cancelled.
    pub(super) async fn read(&mut self, delivery: Delivery) -> Result<Delivered, Lost> {
        let tag = delivery.delivery_tag;
        match serde_json::from_slice::<PlacesJoined>(&delivery.data) {
            Ok(group) if group.places.is_empty() => {
                self.take_mark(tag).await?;
                Ok(Delivered::Mark(group.id))
            }
            Ok(group) => Ok(Delivered::Places(group, tag)),
            Err(error) => {
                tracing::error!(%error, event = %self.event, "waiting room: a message that is no group of places");
                self.acknowledge(tag).await?;
                Ok(Delivered::Taken)
            }
        }
    }

    /// Acknowledges one message.
    pub(super) async fn acknowledge(&self, message: DeliveryTag) -> Result<(), Lost> {
        Ok(answered(self.channel.basic_ack(message, BasicAckOptions::default())).await?)
    }

    async fn take_mark(&mut self, mark: DeliveryTag) -> Result<(), Lost> {
        if self.held.is_some() {
            return self.acknowledge(mark).await;
        }
        // The line is not consumed before this, so the mark came from the lobby.
        self.held = Some(mark);
        self.line = Some(consume(&self.channel, &Queue::Line(self.event)).await?);
        Ok(())
    }

    /// Puts a mark into both queues: when they come back, everything before them was delivered.
    pub(super) async fn put_marks(&self) -> Result<[MessageId; 2], Lost> {
        let lobby = in_time(self.put_mark(&Queue::Lobby(self.event))).await?;
        Ok([lobby, in_time(self.put_mark(&Queue::Line(self.event))).await?])
    }

    async fn put_mark(&self, queue: &Queue) -> Result<MessageId, Lost> {
        let id = MessageId::new();
        let mark = PlacesJoined { id, version: 1, event_id: self.event, epoch: 0, places: Vec::new() };
        let body = serde_json::to_vec(&mark).map_err(|_| Lost(None))?;
        let persistent = BasicProperties::default().with_delivery_mode(2);
        let options = BasicPublishOptions::default();
        let confirm = self.channel.basic_publish("".into(), queue.name().into(), options, &body, persistent);
        match confirm.await?.await? {
            Confirmation::Ack(None) => Ok(id),
            _ => Err(Lost(None)),
        }
    }

    /// Removes both queues of a room that is finished.
    pub(super) async fn delete_queues(&self) -> Result<(), Lost> {
        for queue in [Queue::Lobby(self.event), Queue::Line(self.event)] {
            let deleted = self.channel.queue_delete(queue.name().into(), QueueDeleteOptions::default());
            answered(deleted).await?;
        }
        Ok(())
    }

    /// Closes the connection, so that another releaser takes over at once.
    pub(super) async fn close(self) {
        let closing = self.connection.close(200, "bye".into());
        let _ = tokio::time::timeout(Duration::from_secs(1), closing).await;
    }
}

/// A broker that does not answer in time is gone.
pub(super) async fn in_time<T>(asked: impl Future<Output = Result<T, Lost>>) -> Result<T, Lost> {
    tokio::time::timeout(ANSWER_TIMEOUT, asked).await.unwrap_or(Err(Lost(None)))
}

async fn consume(channel: &Channel, queue: &Queue) -> lapin::Result<Consumer> {
    let (options, arguments) = (BasicConsumeOptions::default(), FieldTable::default());
    channel.basic_consume(queue.name().into(), "".into(), options, arguments).await
}
