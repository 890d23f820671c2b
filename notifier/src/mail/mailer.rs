//! Taking facts from the queue and making mails of them.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use lapin::options::{BasicAckOptions, BasicNackOptions};
use lettre::message::Mailbox;
use shared::{
    broker::{
        BrokerAddress, Consumer, Delivery, Message, Publisher, answered,
        dead_letters::message_id,
        topology::{Queue, TO_QUEUE},
    },
    clock::Clock,
    contracts::Event,
    store::{self, events::EventCache},
    tokens::Tokens,
};
use sqlx::PgPool;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    claims::{About, Claim, Claims, Notification},
    compose::{ComposeError, Composer},
    material::{Material, MaterialError, Materials},
    offers,
    rush::Rush,
    templates::{self, Due, What},
    transport::{SendError, Transport},
    writers::{Cut, Writers},
};
use crate::{
    config::{Config, MailArgs},
    metrics::{MailOutcome, Metrics},
};

/// How much longer than the sending itself a lease lasts: reading, writing the PDF, marking.
const LEASE_SLACK: Duration = Duration::from_secs(30);
/// Wait before a message goes back when the broker does not take it for later.
const GIVE_BACK_WAIT: Duration = Duration::from_secs(1);

/// Sends mails.
pub(crate) struct Mailer {
    args: MailArgs,
    from: Mailbox,
    public_url: String,
    transport: Transport,
    pool: PgPool,
    claims: Claims,
    materials: Materials,
    events: EventCache,
    tokens: Arc<Tokens>,
    publisher: Publisher,
    clock: Clock,
    metrics: Arc<Metrics>,
    writers: Writers,
}

/// What a mail tells.
enum Content {
    Booking(templates::Occasion, Box<Material>),
    Offer(offers::Occasion, Box<offers::Offer>),
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Nothing more to do.
    Done(MailOutcome),
    /// To come again after the wait of this number.
    Again { wait: usize },
    /// A dead letter.
    Reject,
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
enum MailError {
    #[error(transparent)]
    Material(#[from] MaterialError),
    #[error(transparent)]
    Compose(#[from] ComposeError),
    #[error(transparent)]
    Cut(#[from] Cut),
    #[error(transparent)]
    Send(#[from] SendError),
}

impl MailError {
    /// Whether another try may work.
    fn retryable(&self) -> bool {
        match self {
            Self::Material(MaterialError::Store(_)) | Self::Cut(_) => true,
            Self::Send(SendError::Away(_) | SendError::Late) => true,
            Self::Material(MaterialError::Missing(_)) | Self::Compose(_) => false,
            Self::Send(SendError::Refused(_)) => false,
        }
    }
}

impl Mailer {
    /// Connects to nothing yet.
    ///
    /// # Errors
    /// When the mail server's address or the sender cannot be read, or there are no threads to be had.
    pub(crate) fn new(
        config: &Config,
        clock: Clock,
        pool: &PgPool,
        events: &EventCache,
        tokens: &Arc<Tokens>,
        publisher: &Publisher,
        metrics: &Arc<Metrics>,
    ) -> anyhow::Result<Self> {
        let args = config.mail.clone();
        Ok(Self {
            from: args.mail_from.parse().context("ONSALE_MAIL_FROM")?,
            transport: Transport::new(&args.smtp_url, args.mails_at_once, args.timeout())
                .context("SMTP_URL")?,
            public_url: config.public_url.clone(),
            claims: Claims::new(pool, args.timeout() + LEASE_SLACK),
            materials: Materials::new(pool, events),
            args,
            pool: pool.clone(),
            events: events.clone(),
            tokens: Arc::clone(tokens),
            publisher: publisher.clone(),
            clock,
            metrics: Arc::clone(metrics),
            writers: Writers::start().context("threads that write mails")?,
        })
    }

    /// Sends until `shutdown`, then finishes what it began. At most `mails_at_once` are under way: the broker hands
    /// out no more.
    pub(crate) async fn run(
        self: Arc<Self>,
        broker: BrokerAddress,
        mut rush: Rush,
        shutdown: CancellationToken,
    ) {
        let mut consumer = Consumer::new(broker, Queue::Mail, self.args.mails_at_once.max(1), shutdown);
        let tasks = TaskTracker::new();
        while let Some(delivery) = consumer.recv().await {
            rush.give_way().await;
            let mailer = Arc::clone(&self);
            tasks.spawn(async move { mailer.settle(delivery).await });
        }
        tasks.close();
        tasks.wait().await;
        // Only now: the connection carries the acknowledgements.
        consumer.reset().await;
    }

    async fn settle(&self, delivery: Delivery) {
        let outcome = self.process(&delivery.data).await;
        // Of a connection that is gone: the broker delivers it again, and the row says what was done.
        let _ = match outcome {
            Outcome::Done(outcome) => {
                self.metrics.mail(outcome);
                answered(delivery.ack(BasicAckOptions::default())).await
            }
            Outcome::Again { wait } => {
                self.metrics.mail(MailOutcome::Retried);
                self.again(&delivery, wait).await
            }
            Outcome::Reject => {
                self.metrics.mail(MailOutcome::Failed);
                answered(delivery.nack(BasicNackOptions { requeue: false, ..BasicNackOptions::default() }))
                    .await
            }
        };
    }

    /// Hands the message to the broker for later, and only then lets go of this one.
    async fn again(&self, delivery: &Delivery, wait: usize) -> lapin::Result<bool> {
        let message = Message {
            exchange: TO_QUEUE,
            routing_key: Queue::MailRetry(wait).name(),
            id: message_id(delivery),
            mandatory: true,
            body: delivery.data.clone(),
        };
        let pause = self.args.retry_wait(wait).unwrap_or_default();
        if let Err(error) = self.publisher.publish_after(&message, pause).await {
            tracing::warn!(%error, "mail: cannot put off a mail");
            tokio::time::sleep(GIVE_BACK_WAIT).await;
            return answered(
                delivery.nack(BasicNackOptions { requeue: true, ..BasicNackOptions::default() }),
            )
            .await;
        }
        answered(delivery.ack(BasicAckOptions::default())).await
    }

    async fn process(&self, body: &[u8]) -> Outcome {
        let event = match serde_json::from_slice::<Event>(body) {
            Ok(event) => event,
            Err(error) => {
                tracing::error!(%error, "mail: a fact that cannot be read");
                return Outcome::Reject;
            }
        };
        let Some(due) = Due::of(&event.kind) else { return Outcome::Reject };
        let about = due.about;
        match self.claims.claim(about, due.template.clone()).await {
            Ok(Claim::Ours(notification)) => self.deliver(&due, notification).await,
            Ok(Claim::Settled(_)) => Outcome::Done(MailOutcome::Duplicate),
            // The other may die: this message stays until the row is settled.
            Ok(Claim::Busy) => Outcome::Again { wait: 0 },
            Err(error)
                if store::breaks(&error, "notifications_booking_id_fkey")
                    || store::breaks(&error, "notifications_offer_id_fkey") =>
            {
                tracing::error!(%about, "mail: there is no such thing");
                Outcome::Reject
            }
            Err(error) => {
                tracing::warn!(%error, %about, "mail: cannot claim");
                Outcome::Again { wait: 0 }
            }
        }
    }

    async fn deliver(&self, due: &Due, notification: Notification) -> Outcome {
        let (about, template) = (due.about, due.template.as_ref());
        match self.send(due, notification).await {
            Ok(()) => {
                tracing::info!(%about, template, "mail: sent");
                self.mark(|| self.claims.sent(notification)).await;
                Outcome::Done(MailOutcome::Sent)
            }
            Err(error) => {
                let wait = usize::try_from(notification.retry_count).unwrap_or(usize::MAX);
                let said = error.to_string();
                if error.retryable() && self.args.retry_wait(wait).is_some() {
                    tracing::warn!(%error, %about, template, tries = wait + 1, "mail: will be tried again");
                    self.mark(|| self.claims.failed_for_now(notification, &said)).await;
                    return Outcome::Again { wait };
                }
                tracing::error!(%error, %about, template, "mail: given up");
                self.mark(|| self.claims.failed_for_good(notification, &said)).await;
                Outcome::Reject
            }
        }
    }

    async fn send(&self, due: &Due, notification: Notification) -> Result<(), MailError> {
        let content = self.content(due).await?;
        let (from, public_url) = (self.from.clone(), self.public_url.clone());
        let (tokens, now) = (Arc::clone(&self.tokens), self.clock.now());
        let written = self.writers.write(move || {
            let composer = Composer { from: &from, public_url: &public_url, tokens: &tokens, now };
            match content {
                Content::Booking(occasion, material) => {
                    composer.compose(occasion, &material, notification.id)
                }
                Content::Offer(occasion, offer) => composer.offer(occasion, &offer, notification.id),
            }
        });
        Ok(self.transport.send(written.await??).await?)
    }

    async fn content(&self, due: &Due) -> Result<Content, MailError> {
        Ok(match (due.what, due.about) {
            (What::Booking(occasion), About::Booking(booking)) => {
                let material = self.materials.load(booking).await?;
                Content::Booking(occasion, Box::new(material))
            }
            (What::Offer(occasion), About::Offer(offer)) => {
                let offer = offers::load(&self.pool, &self.events, offer).await?;
                Content::Offer(occasion, Box::new(offer))
            }
            _ => return Err(MaterialError::Missing("a mail about nothing").into()),
        })
    }

    /// Writes down what happened, and insists for a while: forgetting a mail that was sent means sending it twice.
    async fn mark<F: Future<Output = Result<(), Arc<sqlx::Error>>>>(&self, write: impl FnMut() -> F) {
        use backon::{ExponentialBuilder, Retryable as _};
        let waits = ExponentialBuilder::default().with_max_times(6);
        if let Err(error) = write.retry(waits).await {
            tracing::error!(%error, "mail: cannot write down what happened");
        }
    }
}
