//! The booking commands that could not be processed: an operator looks at them, has them processed again, or drops
//! them.

use anyhow::Context as _;
use lapin::{
    Channel,
    options::{BasicAckOptions, BasicGetOptions, BasicNackOptions},
};
use serde::Serialize;
use shared::{
    broker::{
        Message, Publisher,
        topology::{self, Queue, TO_QUEUE},
    },
    contracts::ProcessBooking,
    domain::{MessageId, RejectionReason},
    processing::Processor,
    store::bookings::{self, Command},
};

use crate::consumer::parse;

/// A dead letter as an operator sees it.
#[derive(Debug, Serialize)]
pub struct DeadLetter {
    /// Id of the message, where it has one.
    pub message_id: Option<String>,
    /// Why the broker put it here: rejected, expired, delivery_limit.
    pub cause: Option<String>,
    /// What is wrong with its form; none: it can be read.
    pub unreadable: Option<String>,
    /// The command, where it can be read.
    pub command: Option<ProcessBooking>,
    /// The body, where it cannot.
    pub body: Option<String>,
}

/// Shows up to `most` dead letters and leaves them where they are.
///
/// # Errors
/// When the broker is away.
pub async fn list(channel: &Channel, most: usize) -> anyhow::Result<Vec<DeadLetter>> {
    let mut letters = Vec::new();
    let mut last_tag = None;
    while letters.len() < most {
        let Some(got) = get(channel).await? else { break };
        last_tag = Some(got.delivery_tag);
        letters.push(DeadLetter::from(&got.delivery));
    }
    if let Some(tag) = last_tag {
        let all = BasicNackOptions { multiple: true, requeue: true };
        channel.basic_nack(tag, all).await.context("putting the letters back")?;
    }
    Ok(letters)
}

/// Sends up to `most` dead letters to the workers again; how many. A letter leaves the dead ones only after the
/// broker has confirmed its copy.
///
/// # Errors
/// When the broker is away.
pub async fn redrive(channel: &Channel, publisher: &Publisher, most: usize) -> anyhow::Result<usize> {
    let mut driven = 0;
    // No more than there are now: one that dies again while we work has had its turn.
    let mut left = most;
    while driven < left {
        let Some(got) = get(channel).await? else { break };
        left = left.min(driven + 1 + usize::try_from(got.message_count)?);
        let message = Message {
            exchange: TO_QUEUE,
            routing_key: Queue::ProcessBooking.name(),
            id: message_id(&got.delivery),
            mandatory: true,
            body: got.delivery.data.clone(),
        };
        publisher.publish(&message).await.context("sending a letter again")?;
        got.delivery.ack(BasicAckOptions::default()).await?;
        driven += 1;
    }
    Ok(driven)
}

/// Drops up to `most` dead letters; how many. A booking that was accepted is rejected first and its money let go
/// of: nothing accepted is forgotten.
///
/// # Errors
/// When an engine is away.
pub async fn drop_letters(channel: &Channel, processor: &Processor, most: usize) -> anyhow::Result<usize> {
    let mut dropped = 0;
    while dropped < most {
        let Some(got) = get(channel).await? else { break };
        if let Ok(command) = parse(&got.delivery.data) {
            reject(processor, &command).await?;
        }
        got.delivery.ack(BasicAckOptions::default()).await?;
        dropped += 1;
    }
    Ok(dropped)
}

async fn reject(processor: &Processor, command: &ProcessBooking) -> anyhow::Result<()> {
    let refused = Command { booking: command, refused: Some(RejectionReason::Dropped) };
    let outcomes = bookings::commit(processor.pool(), &[refused], processor.clock().now()).await?;
    processor.settle(std::slice::from_ref(command), &outcomes).await.context("returning money and seats")
}

async fn get(channel: &Channel) -> anyhow::Result<Option<lapin::message::BasicGetMessage>> {
    let queue = Queue::ProcessBookingDead.name();
    channel.basic_get(queue.into(), BasicGetOptions::default()).await.context("reading the dead letters")
}

/// Opens a channel on which everything is declared.
///
/// # Errors
/// When the broker is away.
pub async fn channel(connection: &lapin::Connection) -> lapin::Result<Channel> {
    let channel = connection.create_channel().await?;
    topology::declare(&channel).await?;
    Ok(channel)
}

fn message_id(delivery: &lapin::message::Delivery) -> MessageId {
    let stored = delivery.properties.message_id().as_ref().and_then(|id| id.as_str().parse().ok());
    stored.unwrap_or_else(MessageId::new)
}

impl From<&lapin::message::Delivery> for DeadLetter {
    fn from(delivery: &lapin::message::Delivery) -> Self {
        let header = |name: &str| {
            let headers = delivery.properties.headers().as_ref()?;
            match headers.inner().get(name)? {
                lapin::types::AMQPValue::LongString(text) => Some(text.to_string()),
                _ => None,
            }
        };
        let (command, unreadable) = match parse(&delivery.data) {
            Ok(command) => (Some(command), None),
            Err(problem) => (None, Some(problem)),
        };
        let body = unreadable.is_some().then(|| String::from_utf8_lossy(&delivery.data).into_owned());
        let message_id = delivery.properties.message_id().as_ref().map(ToString::to_string);
        Self { message_id, cause: header("x-first-death-reason"), unreadable, command, body }
    }
}
