//! Telling fans that their turn has come, by mail and by Web Push, if they asked for it.
//!
//! Facts about admitted places come from a queue that all notifiers share, hundreds of places in one. One statement
//! marks the notices of those who asked as due ([`facts`]); then whichever notifier is free claims them with a lease
//! ([`store`]) and tells them, mails and pushes apart, so that a slow push service keeps no mail waiting
//! ([`teller`]). A notice that was told is deleted: a fact that comes again finds nothing to tell.

mod facts;
mod mail;
mod push;
mod store;
mod teller;

use std::sync::Arc;

use anyhow::Context as _;
use lettre::message::Mailbox;
use shared::{broker::BrokerAddress, clock::Clock, store::events::EventCache, tokens::Tokens};
use sqlx::PgPool;
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(crate) use self::store::Channel;
use self::{
    mail::TurnMails,
    push::{PushServices, TurnPushes},
    teller::{Tell, Teller},
};
use crate::{config::Config, mail::Transport, metrics::Metrics};

/// What telling turns is made of.
pub(crate) struct Turns<'a> {
    pub(crate) config: &'a Config,
    pub(crate) clock: &'a Clock,
    pub(crate) pool: &'a PgPool,
    pub(crate) events: &'a EventCache,
    pub(crate) tokens: &'a Arc<Tokens>,
    pub(crate) metrics: &'a Arc<Metrics>,
    pub(crate) tracker: &'a TaskTracker,
    pub(crate) shutdown: &'a CancellationToken,
}

impl Turns<'_> {
    /// Starts telling. Without a key for push services nothing is pushed.
    ///
    /// # Errors
    /// When an address or a key cannot be used.
    pub(crate) fn start(&self, broker: BrokerAddress) -> anyhow::Result<()> {
        let due = Arc::new(Notify::new());
        let (config, from) = (self.config, self.config.mail.mail_from.parse::<Mailbox>());
        let from = from.context("ONSALE_MAIL_FROM")?;
        if let Some(key) = config.push.key()? {
            let pushes = TurnPushes {
                key,
                contact: format!("mailto:{}", from.email),
                events: self.events.clone(),
                clock: self.clock.clone(),
                args: config.turns.clone(),
                services: PushServices::new(config.push.reach())?,
            };
            self.tell(pushes, config.turns.pushes_at_once, &due);
        }
        let (args, at_once) = (config.mail.clone(), config.mail.mails_at_once);
        let mails = TurnMails {
            transport: Transport::new(&args.smtp_url, at_once, args.timeout()).context("SMTP_URL")?,
            from,
            public_url: config.public_url.clone(),
            args,
            events: self.events.clone(),
            tokens: Arc::clone(self.tokens),
            clock: self.clock.clone(),
        };
        self.tell(mails, at_once.into(), &due);
        let facts =
            facts::mark_due(broker, self.pool.clone(), self.clock.clone(), due, self.shutdown.clone());
        self.tracker.spawn(facts);
        Ok(())
    }

    fn tell<T: Tell>(&self, channel: T, at_once: usize, due: &Arc<Notify>) {
        let (pool, metrics) = (self.pool.clone(), Arc::clone(self.metrics));
        let teller = Arc::new(Teller { channel, at_once, pool, metrics });
        self.tracker.spawn(teller.run(Arc::clone(due), self.shutdown.clone()));
    }
}
