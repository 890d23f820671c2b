//! The booking commands that could not be processed: an operator looks at them, has them processed again, or drops
//! them.

use anyhow::Context as _;
use lapin::{Channel, options::BasicAckOptions};
use serde::Serialize;
pub use shared::broker::dead_letters::channel;
use shared::{
    broker::{
        Delivery, Publisher, answered,
        dead_letters::{DeadLetters, cause},
        topology::Queue,
    },
    contracts::ProcessBooking,
    domain::RejectionReason,
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
    letters(channel).list(most, |letter| DeadLetter::from(letter)).await.context("reading the dead letters")
}

/// Sends up to `most` dead letters to the workers again; how many. A letter leaves the dead ones only after the
/// broker has confirmed its copy.
///
/// # Errors
/// When the broker is away.
pub async fn redrive(channel: &Channel, publisher: &Publisher, most: usize) -> anyhow::Result<usize> {
    let nothing = async |_: &[u8]| Ok::<(), std::convert::Infallible>(());
    letters(channel).redrive(publisher, most, nothing).await.context("sending the letters again")
}

/// Drops up to `most` dead letters; how many. A booking that was accepted is rejected first and its money let go
/// of: nothing accepted is forgotten.
///
/// # Errors
/// When an engine is away.
pub async fn drop_letters(channel: &Channel, processor: &Processor, most: usize) -> anyhow::Result<usize> {
    let mut dropped = 0;
    while dropped < most {
        let Some(got) = letters(channel).next().await? else { break };
        if let Ok(command) = parse(&got.delivery.data) {
            reject(processor, &command).await?;
        }
        answered(got.delivery.ack(BasicAckOptions::default())).await?;
        dropped += 1;
    }
    Ok(dropped)
}

async fn reject(processor: &Processor, command: &ProcessBooking) -> anyhow::Result<()> {
    let refused = Command { booking: command, refused: Some(RejectionReason::Dropped) };
    let outcomes = bookings::commit(processor.pool(), &[refused], processor.clock().now()).await?;
    processor.settle(std::slice::from_ref(command), &outcomes).await.context("returning money and seats")
}

fn letters(channel: &Channel) -> DeadLetters<'_> {
    DeadLetters { channel, dead: Queue::ProcessBookingDead, home: Queue::ProcessBooking }
}

impl From<&Delivery> for DeadLetter {
    fn from(delivery: &Delivery) -> Self {
        let (command, unreadable) = match parse(&delivery.data) {
            Ok(command) => (Some(command), None),
            Err(problem) => (None, Some(problem)),
        };
        let body = unreadable.is_some().then(|| String::from_utf8_lossy(&delivery.data).into_owned());
        let message_id = delivery.properties.message_id().as_ref().map(ToString::to_string);
        Self { message_id, cause: cause(delivery), unreadable, command, body }
    }
}
