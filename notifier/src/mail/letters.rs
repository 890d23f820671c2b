//! What a mail says: read from the stores, then written.

use std::sync::Arc;

use anyhow::Context as _;
use lettre::{Message, message::Mailbox};
use shared::{clock::Clock, store::events::EventCache, tokens::Tokens};
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    claims::About,
    compose::{ComposeError, Composer},
    material::{Material, MaterialError, Materials},
    offers,
    templates::{Due, Occasion, What},
    writers::{Cut, Writers},
};
use crate::config::Config;

/// Reads and writes mails.
pub(super) struct Letters {
    from: Mailbox,
    public_url: String,
    pool: PgPool,
    materials: Materials,
    events: EventCache,
    tokens: Arc<Tokens>,
    clock: Clock,
    writers: Writers,
}

/// What a mail tells.
pub(super) enum Content {
    Booking(Occasion, Box<Material>),
    Offer(offers::Occasion, Box<offers::Offer>),
}

/// Why a mail cannot be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum LetterError {
    #[error(transparent)]
    Material(#[from] MaterialError),
    #[error(transparent)]
    Compose(#[from] ComposeError),
    #[error(transparent)]
    Cut(#[from] Cut),
}

impl LetterError {
    /// Whether another try may work.
    pub(super) fn retryable(&self) -> bool {
        match self {
            Self::Material(MaterialError::Store(_)) | Self::Cut(_) => true,
            Self::Material(MaterialError::Missing(_)) | Self::Compose(_) => false,
        }
    }
}

impl Letters {
    /// Connects to nothing yet.
    ///
    /// # Errors
    /// When the sender cannot be read, or there are no threads to be had.
    pub(super) fn new(
        config: &Config,
        clock: Clock,
        pool: &PgPool,
        events: &EventCache,
        tokens: &Arc<Tokens>,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            from: config.mail.mail_from.parse().context("ONSALE_MAIL_FROM")?,
            public_url: config.public_url.clone(),
            pool: pool.clone(),
            materials: Materials::new(pool, events),
            events: events.clone(),
            tokens: Arc::clone(tokens),
            clock,
            writers: Writers::start().context("threads that write mails")?,
        })
    }

    /// What there is to say.
    pub(super) async fn read(&self, due: &Due) -> Result<Content, LetterError> {
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

    /// The mail that says it, under this id.
    pub(super) async fn write(&self, content: Content, id: Uuid) -> Result<Message, LetterError> {
        let (from, public_url) = (self.from.clone(), self.public_url.clone());
        let (tokens, now) = (Arc::clone(&self.tokens), self.clock.now());
        let written = self.writers.write(move || {
            let composer = Composer { from: &from, public_url: &public_url, tokens: &tokens, now };
            match content {
                Content::Booking(occasion, material) => composer.compose(occasion, &material, id),
                Content::Offer(occasion, offer) => composer.offer(occasion, &offer, id),
            }
        });
        Ok(written.await??)
    }
}
