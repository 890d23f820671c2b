//! The mail "it is your turn".

use std::{sync::Arc, time::Duration};

use lettre::{
    Message,
    message::{Mailbox, MultiPart},
};
use shared::{
    clock::Clock,
    store::events::EventCache,
    tokens::{PlaceClaims, Tokens},
};

use super::{
    store::{Channel, Notice},
    teller::{Tell, Told},
};
use crate::{
    config::MailArgs,
    mail::{SendError, Texts, Transport, TurnLetter, automatic},
};

/// The link outlives the time to come in by this, seconds: the page can say that it is over.
const LINK_OUTLIVES_S: i64 = 24 * 3_600;

/// Writes and sends them.
pub(crate) struct TurnMails {
    pub(crate) from: Mailbox,
    pub(crate) public_url: String,
    pub(crate) args: MailArgs,
    pub(crate) transport: Transport,
    pub(crate) events: EventCache,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) clock: Clock,
}

impl Tell for TurnMails {
    const CHANNEL: Channel = Channel::Email;

    fn longest(&self) -> Duration {
        self.args.timeout()
    }

    fn retry_wait(&self, number: usize) -> Option<Duration> {
        self.args.retry_wait(number)
    }

    async fn tell(&self, notice: &Notice) -> Told {
        let message = match self.message(notice).await {
            Ok(message) => message,
            Err(told) => return told,
        };
        match self.transport.send(message).await {
            Ok(()) => Told::Yes,
            Err(error @ (SendError::Away(_) | SendError::Late)) => {
                Told::Later { why: error.to_string(), after: None }
            }
            Err(error @ SendError::Refused(_)) => Told::Never { why: error.to_string() },
        }
    }
}

impl TurnMails {
    async fn message(&self, notice: &Notice) -> Result<Message, Told> {
        let never = |why: &dyn std::fmt::Display| Told::Never { why: why.to_string() };
        let event = match self.events.get(notice.event_id).await {
            Ok(Some(event)) => event,
            Ok(None) => return Err(never(&"there is no such event")),
            Err(error) => return Err(Told::Later { why: error.to_string(), after: None }),
        };
        let address = notice.email.as_deref().ok_or_else(|| never(&"the account has no address"))?;
        let name = notice.name.as_deref().unwrap_or_default();
        let letter = TurnLetter {
            event: &event,
            name,
            come_in_by: notice.come_in_by,
            room_url: self.link(notice).map_err(|error| never(&error))?,
            locale: notice.locale,
        };
        let Texts { subject, html, text } = letter.write().map_err(|error| never(&error))?;
        let address = address.parse().map_err(|error| never(&error))?;
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(notice.name.clone(), address))
            .subject(subject)
            .date(self.clock.now().into())
            .message_id(Some(format!("<{}@{}>", notice.id, self.from.email.domain())))
            .multipart(MultiPart::alternative_plain_html(text, html))
            .map_err(|error| never(&error))?;
        automatic(&mut message);
        Ok(message)
    }

    /// The waiting room with the place: the mail may be read on another device than the one that waits.
    fn link(&self, notice: &Notice) -> Result<String, shared::tokens::TokenError> {
        let exp = notice.come_in_by.unix_timestamp() + LINK_OUTLIVES_S;
        let ordinal = notice.ordinal.unsigned_abs();
        let claims = PlaceClaims::new(notice.place_id, notice.event_id, ordinal, exp);
        let token = self.tokens.sign_place(&claims)?;
        let public_url = self.public_url.trim_end_matches('/');
        Ok(format!("{public_url}/events/{}/waiting-room?resume={token}", notice.event_id))
    }
}
