//! Taking facts from the queue and making mails of them.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use lapin::options::{BasicAckOptions, BasicNackOptions};
use shared::{
    broker::{
        BrokerAddress, Consumer, Delivery, Message, Publisher, answered,
        dead_letters::message_id,
        give_back,
        topology::{Queue, TO_QUEUE},
    },
    clock::Clock,
    contracts::Event,
    store::{self, events::EventCache},
    tokens::Tokens,
};
use sqlx::PgPool;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    claims::{Claim, Claims, Notification},
    letters::{Content, LetterError, Letters},
    rush::Rush,
    templates::Due,
    transport::{SendError, Transport},
};
use crate::{
    config::{Config, MailArgs},
    metrics::{MailOutcome, Metrics},
};

/// How much longer than the sending itself a lease lasts: reading, writing the PDF, marking.
const LEASE_SLACK: Duration = Duration::from_secs(30);
/// Mails under way for each that may be handed over: what one needs is read, and what became of another is written down,
/// while others are handed over.
const UNDER_WAY: u16 = 4;
/// Wait before a message goes back when the broker does not take it for later.
const GIVE_BACK_WAIT: Duration = Duration::from_secs(1);

/// Sends mails.
pub(crate) struct Mailer {
    args: MailArgs,
    letters: Letters,
    transport: Transport,
    claims: Claims,
    publisher: Publisher,
    metrics: Arc<Metrics>,
    /// Of the mail server: a permit for each mail it may be given at the same time.
    server: Semaphore,
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
    /// Nothing was done: another's, as this process ends.
    GiveBack,
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
enum MailError {
    #[error(transparent)]
    Letter(#[from] LetterError),
    #[error(transparent)]
    Send(#[from] SendError),
}

impl MailError {
    /// Whether another try may work.
    fn retryable(&self) -> bool {
        match self {
            Self::Letter(error) => error.retryable(),
            Self::Send(error) => !matches!(error, SendError::Refused(_)),
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
            letters: Letters::new(config, clock, pool, events, tokens)?,
            transport: Transport::new(&args.smtp_url, args.mails_at_once, args.timeout())
                .context("SMTP_URL")?,
            claims: Claims::new(pool, args.timeout() + LEASE_SLACK),
            server: Semaphore::new(args.mails_at_once.max(1).into()),
            args,
            publisher: publisher.clone(),
            metrics: Arc::clone(metrics),
        })
    }

    /// Sends until `shutdown`, then finishes what it began. At most `mails_at_once` are handed over at the same time,
    /// and some more are under way: the broker hands out no more.
    pub(crate) async fn run(
        self: Arc<Self>,
        broker: BrokerAddress,
        mut rush: Rush,
        shutdown: CancellationToken,
    ) {
        let under_way = self.args.mails_at_once.max(1).saturating_mul(UNDER_WAY);
        let mut consumer = Consumer::new(broker, Queue::Mail, under_way, shutdown);
        let tasks = TaskTracker::new();
        while let Some(delivery) = consumer.recv().await {
            rush.give_way().await;
            let mailer = Arc::clone(&self);
            tasks.spawn(async move { mailer.settle(delivery).await });
        }
        // Those that have not begun are others'.
        self.server.close();
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
            Outcome::GiveBack => give_back(&delivery).await,
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
            return give_back(delivery).await;
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
        // Both before it is ours: a lease lasts no longer than one mail takes.
        let content = self.letters.read(&due).await;
        let Ok(permit) = self.server.acquire().await else { return Outcome::GiveBack };
        match self.claims.claim(about, due.template.clone()).await {
            Ok(Claim::Ours(notification)) => self.deliver(&due, content, notification, permit).await,
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

    async fn deliver(
        &self,
        due: &Due,
        content: Result<Content, LetterError>,
        notification: Notification,
        permit: SemaphorePermit<'_>,
    ) -> Outcome {
        let (about, template) = (due.about, due.template.as_ref());
        let sent = self.send(content, notification).await;
        drop(permit);
        match sent {
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

    async fn send(
        &self,
        content: Result<Content, LetterError>,
        notification: Notification,
    ) -> Result<(), MailError> {
        let mail = self.letters.write(content?, notification.id).await?;
        Ok(self.transport.send(mail).await?)
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
