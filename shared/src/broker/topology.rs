//! Every exchange and queue of Onsale, declared in this one place: a queue declared again with other arguments
//! closes the channel.
//!
//! | queue | takes | consumed by |
//! |---|---|---|
//! | `onsale.lobby.<event>`, `onsale.line.<event>` | groups of places that joined | the one releasing queue-api (single active consumer) |
//! | `onsale.process-booking` | booking commands | registration-workers |
//! | `onsale.mail`, `onsale.mail.retry-<n>` | booking events that make a mail | notifiers |
//! | `onsale.turns` | places that were admitted, some of whose fans asked to be told | notifiers |
//! | `onsale.push.<instance>` | events that make a push; lives with its consumer | one notifier |
//! | `onsale.*.dead` | what could not be processed | an operator |

use std::time::Duration;

use lapin::{
    Channel, ExchangeKind,
    options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable, LongString},
};

use crate::domain::EventId;

/// Topic exchange of facts: routing key is the kind, e.g. `booking.confirmed`.
pub const EVENTS: &str = "onsale.events";
/// Direct exchange that dead letters go to; routing key is the queue they came from.
pub const DEAD_LETTERS: &str = "onsale.dead-letters";
/// The default exchange: routing key is the queue.
pub const TO_QUEUE: &str = "";

/// How often a message is delivered before it is a dead letter.
const DELIVERY_LIMIT: i64 = 10;

/// Waits before the 1st, 2nd, … retry of a mail.
pub const MAIL_RETRY_WAITS: [Duration; 5] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(120),
    Duration::from_secs(600),
    Duration::from_secs(3_600),
];

/// The kinds of event that make a mail.
const MAIL_KINDS: [&str; 5] =
    ["booking.confirmed", "booking.rejected", "booking.cancelled", "mail.requested", "offer.*"];
/// The kinds of event of which some fans asked to be told.
const TURN_KINDS: [&str; 1] = ["place.admitted"];
/// The longest a place may wait to be claimed; to tell of it later is no use.
const TURN_LIFE_MS: i64 = 24 * 3_600 * 1_000;
/// The kinds of event that make a push.
const PUSH_KINDS: [&str; 4] = ["booking.*", "place.*", "ticket.*", "offer.*"];

/// A queue of Onsale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Queue {
    /// Places that joined before the draw.
    Lobby(EventId),
    /// Places that joined after the draw.
    Line(EventId),
    /// Booking commands.
    ProcessBooking,
    /// Booking commands that could not be processed.
    ProcessBookingDead,
    /// Events that make a mail.
    Mail,
    /// Mails waiting for their retry of this number, from 0.
    MailRetry(usize),
    /// Mails that could not be sent.
    MailDead,
    /// Places that were admitted.
    Turns,
    /// Events that make a push, for one notifier; gone when it goes.
    Push {
        /// Name of the notifier, unique.
        instance: String,
    },
}

impl Queue {
    /// The queues that exist once, whatever the events.
    #[must_use]
    pub fn lasting() -> Vec<Self> {
        let retries = (0..MAIL_RETRY_WAITS.len()).map(Self::MailRetry);
        [Self::ProcessBookingDead, Self::ProcessBooking, Self::MailDead, Self::Mail, Self::Turns]
            .into_iter()
            .chain(retries)
            .collect()
    }

    /// The name at the broker.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Lobby(event) => format!("onsale.lobby.{event}"),
            Self::Line(event) => format!("onsale.line.{event}"),
            Self::ProcessBooking => "onsale.process-booking".into(),
            Self::ProcessBookingDead => "onsale.process-booking.dead".into(),
            Self::Mail => "onsale.mail".into(),
            Self::MailRetry(number) => format!("onsale.mail.retry-{number}"),
            Self::MailDead => "onsale.mail.dead".into(),
            Self::Turns => "onsale.turns".into(),
            Self::Push { instance } => format!("onsale.push.{instance}"),
        }
    }

    /// Declares the queue and what it hangs on.
    ///
    /// # Errors
    /// When the broker refuses or the channel is gone.
    pub async fn declare(&self, channel: &Channel) -> lapin::Result<()> {
        channel.queue_declare(self.name().into(), self.options(), self.arguments()).await?;
        for (exchange, key) in self.bindings() {
            let options = QueueBindOptions::default();
            let (exchange, key) = (exchange.into(), key.into());
            channel.queue_bind(self.name().into(), exchange, key, options, FieldTable::default()).await?;
        }
        Ok(())
    }

    fn options(&self) -> QueueDeclareOptions {
        match self {
            Self::Push { .. } => {
                QueueDeclareOptions { exclusive: true, auto_delete: true, ..QueueDeclareOptions::default() }
            }
            _ => QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() },
        }
    }

    fn arguments(&self) -> FieldTable {
        let mut arguments = FieldTable::default();
        let mut set = |key: &str, value: AMQPValue| {
            arguments.insert(key.into(), value);
        };
        if matches!(self, Self::Push { .. }) {
            // A notifier that is stuck loses its oldest pushes, never the broker's memory.
            set("x-max-length", AMQPValue::LongInt(100_000));
            return arguments;
        }
        set("x-queue-type", text("quorum"));
        match self {
            // Redelivered after each takeover, so a delivery limit would throw places away.
            Self::Lobby(_) | Self::Line(_) => {
                set("x-single-active-consumer", AMQPValue::Boolean(true));
            }
            Self::ProcessBooking | Self::Mail => {
                set("x-delivery-limit", AMQPValue::LongLongInt(DELIVERY_LIMIT));
                set("x-dead-letter-exchange", text(DEAD_LETTERS));
                set("x-dead-letter-routing-key", text(&self.name()));
                set("x-dead-letter-strategy", text("at-least-once"));
                set("x-overflow", text("reject-publish"));
            }
            Self::MailRetry(number) => {
                let wait_ms = MAIL_RETRY_WAITS.get(*number).map_or(0, Duration::as_millis);
                let wait_ms = i64::try_from(wait_ms).unwrap_or(i64::MAX);
                set("x-message-ttl", AMQPValue::LongLongInt(wait_ms));
                set("x-dead-letter-exchange", text(TO_QUEUE));
                set("x-dead-letter-routing-key", text(&Self::Mail.name()));
                set("x-dead-letter-strategy", text("at-least-once"));
                set("x-overflow", text("reject-publish"));
            }
            // What cannot be read is dropped by who reads it; what waits for PostgreSQL may wait.
            Self::Turns => set("x-message-ttl", AMQPValue::LongLongInt(TURN_LIFE_MS)),
            Self::ProcessBookingDead | Self::MailDead | Self::Push { .. } => {}
        }
        arguments
    }

    fn bindings(&self) -> Vec<(&'static str, String)> {
        let kinds = |kinds: &[&str]| kinds.iter().map(|kind| (EVENTS, (*kind).to_owned())).collect();
        match self {
            Self::Mail => kinds(&MAIL_KINDS),
            Self::Turns => kinds(&TURN_KINDS),
            Self::Push { .. } => kinds(&PUSH_KINDS),
            Self::ProcessBookingDead => vec![(DEAD_LETTERS, Self::ProcessBooking.name())],
            Self::MailDead => vec![(DEAD_LETTERS, Self::Mail.name())],
            _ => Vec::new(),
        }
    }
}

/// Declares the exchanges and all lasting queues. Doing it again changes nothing.
///
/// # Errors
/// When the broker refuses or the channel is gone.
pub async fn declare(channel: &Channel) -> lapin::Result<()> {
    for (exchange, kind) in [(EVENTS, ExchangeKind::Topic), (DEAD_LETTERS, ExchangeKind::Direct)] {
        let options = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
        channel.exchange_declare(exchange.into(), kind, options, FieldTable::default()).await?;
    }
    for queue in Queue::lasting() {
        queue.declare(channel).await?;
    }
    Ok(())
}

fn text(value: &str) -> AMQPValue {
    AMQPValue::LongString(LongString::from(value))
}
