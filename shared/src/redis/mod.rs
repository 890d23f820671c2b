//! The Redis client, set up so that a restart of Redis heals by itself, and the names of Onsale's keys.

pub mod keys;

use std::{sync::Arc, time::Duration};

use fred::{
    clients::{Client, SubscriberClient},
    error::Error,
    interfaces::{ClientLike, KeysInterface as _},
    types::{
        Builder,
        config::{Config, ReconnectPolicy},
        scripts::Script,
    },
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::domain::EventId;
pub use keys::EventKeys;

/// Time limit of one command.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(3);
/// Messages that may wait for a subscriber; one that falls further behind is told so.
const MESSAGES: usize = 4_096;
/// A connection that answers nothing for so long is dropped and made again.
const UNRESPONSIVE_AFTER: Duration = Duration::from_secs(5);

/// A connected client and the prefix of its keys. Cheap to clone; commands sent at the same time are pipelined.
#[derive(Clone)]
pub struct Redis {
    client: Client,
    builder: Arc<Builder>,
    prefix: Arc<str>,
}

impl Redis {
    /// Starts connecting and keeps connecting; commands fail until Redis answers.
    ///
    /// # Errors
    /// When the address cannot be parsed.
    pub fn connect(url: &SecretString, prefix: &str) -> Result<Self, Error> {
        let mut config = Config::from_url(url.expose_secret())?;
        config.fail_fast = false;
        let mut builder = Builder::from_config(config);
        builder
            .set_policy(ReconnectPolicy::new_exponential(0, 50, 2_000, 2))
            .with_performance_config(|performance| {
                performance.default_command_timeout = COMMAND_TIMEOUT;
            })
            .with_connection_config(|connection| {
                connection.connection_timeout = Duration::from_secs(3);
                connection.internal_command_timeout = Duration::from_secs(3);
                connection.unresponsive.max_timeout = Some(UNRESPONSIVE_AFTER);
                connection.unresponsive.interval = Duration::from_secs(1);
                connection.tcp.nodelay = Some(true);
                // A command whose answer was lost may have been applied: say so instead of sending it again.
                connection.max_command_attempts = 1;
            });
        let client = builder.build()?;
        client.connect();
        Ok(Self { client, builder: Arc::new(builder), prefix: prefix.into() })
    }

    /// Waits until the first connection stands.
    ///
    /// # Errors
    /// When Redis cannot be reached.
    pub async fn ready(&self) -> Result<(), Error> {
        self.client.wait_for_connect().await
    }

    /// The client, for commands.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// A second connection of its own, for subscriptions; connecting in the background.
    ///
    /// # Errors
    /// When the client cannot be built.
    pub fn subscriber(&self) -> Result<SubscriberClient, Error> {
        let mut builder = Builder::clone(&self.builder);
        // Taken from memory at once, for each kind of news, so not where nobody subscribes.
        builder.with_performance_config(|performance| performance.broadcast_channel_capacity = MESSAGES);
        let subscriber = builder.build_subscriber_client()?;
        subscriber.connect();
        Ok(subscriber)
    }

    /// The keys of one event.
    #[must_use]
    pub fn event(&self, event: EventId) -> EventKeys {
        EventKeys::new(&self.prefix, event)
    }

    /// A key that belongs to no event.
    #[must_use]
    pub fn key(&self, name: impl std::fmt::Display) -> String {
        format!("{}:{name}", self.prefix)
    }

    /// Runs a script by its hash; loads it first where Redis does not know it (any more).
    ///
    /// # Errors
    /// Whatever Redis says, or a time-out.
    pub async fn run<R: fred::types::FromValue>(
        &self,
        script: &Script,
        keys: Vec<String>,
        args: Vec<fred::types::Value>,
    ) -> Result<R, Error> {
        script.evalsha_with_reload(&self.client, keys, args).await
    }

    /// Whether Redis answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), Error> {
        self.client.exists::<i64, _>(self.key("ping")).await.map(|_| ())
    }
}
