//! Looking after dead letters: what is there, and sending it again.

use lapin::{
    Channel,
    message::BasicGetMessage,
    options::{BasicAckOptions, BasicGetOptions, BasicNackOptions},
    types::AMQPValue,
};

use super::{
    Delivery, Message, PublishError, Publisher, answered,
    topology::{self, Queue, TO_QUEUE},
};
use crate::domain::MessageId;

/// The dead letters of one queue.
#[derive(Clone, Debug)]
pub struct DeadLetters<'a> {
    /// A channel of its own: letters that are looked at belong to it until they are put back.
    pub channel: &'a Channel,
    /// Where they are.
    pub dead: Queue,
    /// Where they came from.
    pub home: Queue,
}

/// Why the dead letters could not be looked after. What was not finished is still there.
#[derive(Debug, thiserror::Error)]
pub enum DeadLetterError {
    /// The broker is away, or refuses.
    #[error("the broker")]
    Broker(#[from] lapin::Error),
    /// A letter could not be sent again.
    #[error("sending a letter again")]
    Publish(#[from] PublishError),
    /// What has to happen before a letter is sent again did not.
    #[error("preparing a letter")]
    Prepare(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl DeadLetters<'_> {
    /// The next letter; not acknowledged.
    ///
    /// # Errors
    /// When the broker is away.
    pub async fn next(&self) -> Result<Option<BasicGetMessage>, DeadLetterError> {
        Ok(answered(self.channel.basic_get(self.dead.name().into(), BasicGetOptions::default())).await?)
    }

    /// Shows up to `most` letters and leaves them where they are.
    ///
    /// # Errors
    /// When the broker is away.
    pub async fn list<T>(
        &self,
        most: usize,
        show: impl Fn(&Delivery) -> T,
    ) -> Result<Vec<T>, DeadLetterError> {
        let mut shown = Vec::new();
        let mut last_tag = None;
        while shown.len() < most {
            let Some(got) = self.next().await? else { break };
            last_tag = Some(got.delivery_tag);
            shown.push(show(&got.delivery));
        }
        if let Some(tag) = last_tag {
            let all = BasicNackOptions { multiple: true, requeue: true };
            answered(self.channel.basic_nack(tag, all)).await?;
        }
        Ok(shown)
    }

    /// Sends up to `most` letters home again, after `prepare` with the body of each; how many. A letter leaves the
    /// dead ones only after the broker has confirmed its copy.
    ///
    /// # Errors
    /// When the broker is away or preparing fails; that letter and those behind it stay.
    pub async fn redrive<E: Into<Box<dyn std::error::Error + Send + Sync>>>(
        &self,
        publisher: &Publisher,
        most: usize,
        prepare: impl AsyncFn(&[u8]) -> Result<(), E>,
    ) -> Result<usize, DeadLetterError> {
        let mut driven = 0;
        // No more than there are now: one that dies again while we work has had its turn.
        let mut left = most;
        while driven < left {
            let Some(got) = self.next().await? else { break };
            let behind = usize::try_from(got.message_count).unwrap_or(usize::MAX);
            left = left.min(behind.saturating_add(driven + 1));
            prepare(&got.delivery.data).await.map_err(|error| DeadLetterError::Prepare(error.into()))?;
            let message = Message {
                exchange: TO_QUEUE,
                routing_key: self.home.name(),
                id: message_id(&got.delivery),
                mandatory: true,
                body: got.delivery.data.clone(),
            };
            publisher.publish(&message).await?;
            answered(got.delivery.ack(BasicAckOptions::default())).await?;
            driven += 1;
        }
        Ok(driven)
    }
}

/// Opens a channel on which everything is declared.
///
/// # Errors
/// When the broker is away.
pub async fn channel(connection: &lapin::Connection) -> lapin::Result<Channel> {
    answered(async {
        let channel = connection.create_channel().await?;
        topology::declare(&channel).await?;
        Ok(channel)
    })
    .await
}

/// The id a message was published under, or a new one.
#[must_use]
pub fn message_id(delivery: &Delivery) -> MessageId {
    let stored = delivery.properties.message_id().as_ref().and_then(|id| id.as_str().parse().ok());
    stored.unwrap_or_else(MessageId::new)
}

/// Why the broker put it among the dead letters: rejected, expired, delivery_limit.
#[must_use]
pub fn cause(delivery: &Delivery) -> Option<String> {
    let headers = delivery.properties.headers().as_ref()?;
    match headers.inner().get("x-first-death-reason")? {
        AMQPValue::LongString(text) => Some(text.to_string()),
        _ => None,
    }
}
