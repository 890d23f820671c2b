//! The mails that were given up: an operator looks at them, and has them sent again once the cause is gone.

use anyhow::Context as _;
use lapin::Channel;
use serde::Serialize;
use shared::{
    broker::{
        Delivery, Publisher,
        dead_letters::{DeadLetters, cause},
        topology::Queue,
    },
    contracts::Event,
};
use sqlx::PgPool;

use super::{claims, templates::Due};

/// A mail that was given up, as an operator sees it.
#[derive(Debug, Serialize)]
pub struct DeadMail {
    /// Why the broker put it here: rejected, delivery_limit.
    pub cause: Option<String>,
    /// The fact that was to be told, where it can be read.
    pub fact: Option<Event>,
}

/// Shows up to `most` of them and leaves them where they are.
///
/// # Errors
/// When the broker is away.
pub async fn list(channel: &Channel, most: usize) -> anyhow::Result<Vec<DeadMail>> {
    let show = |letter: &Delivery| DeadMail { cause: cause(letter), fact: fact(&letter.data) };
    letters(channel).list(most, show).await.context("reading the dead letters")
}

/// Has up to `most` of them tried again, from the first try on; how many. One that was sent all the same is not
/// sent twice.
///
/// # Errors
/// When an engine is away.
pub async fn redrive(
    channel: &Channel,
    publisher: &Publisher,
    pool: &PgPool,
    most: usize,
) -> anyhow::Result<usize> {
    let prepare = async |body: &[u8]| match fact(body).and_then(|fact| Due::of(&fact.kind)) {
        Some(due) => claims::try_again(pool, due.about, &due.template).await,
        None => Ok(()),
    };
    letters(channel).redrive(publisher, most, prepare).await.context("sending the letters again")
}

fn letters(channel: &Channel) -> DeadLetters<'_> {
    DeadLetters { channel, dead: Queue::MailDead, home: Queue::Mail }
}

fn fact(body: &[u8]) -> Option<Event> {
    serde_json::from_slice(body).ok()
}
