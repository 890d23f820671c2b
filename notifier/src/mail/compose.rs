//! From material to a finished mail: texts, tickets, calendar entry. Work for a CPU, call it where that is fine.

use lettre::{
    Message,
    message::{
        Attachment, Mailbox, MultiPart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use shared::{
    store::tickets::{self, TicketRecord},
    ticket_document::{CalendarEntry, CalendarStatus, QrError},
    tokens::Tokens,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    material::Material,
    offers::{self, Offer},
    templates::{self, Links, Occasion, Texts},
};

/// Why a mail cannot be written: its data does not fit, now or later.
#[derive(Debug, thiserror::Error)]
pub(super) enum ComposeError {
    #[error("the address of the recipient: {0}")]
    Address(#[from] lettre::address::AddressError),
    #[error("the mail: {0}")]
    Mail(#[from] lettre::error::Error),
    #[error("the texts: {0}")]
    Texts(#[from] askama::Error),
    #[error("the tickets: {0}")]
    Tickets(#[from] QrError),
    #[error("a header: {0}")]
    Header(&'static str),
}

/// What stays the same from mail to mail.
pub(super) struct Composer<'a> {
    pub(super) from: &'a Mailbox,
    pub(super) public_url: &'a str,
    pub(super) tokens: &'a Tokens,
    pub(super) now: OffsetDateTime,
}

impl Composer<'_> {
    /// The mail. Its Message-ID comes from the notification, so that a second copy is recognised.
    pub(super) fn compose(
        &self,
        occasion: Occasion,
        material: &Material,
        notification: Uuid,
    ) -> Result<Message, ComposeError> {
        let public_url = self.public_url.trim_end_matches('/');
        let booking_url = format!("{public_url}/bookings/{}", material.booking_id);
        let links = Links {
            booking: format!("{booking_url}{}", self.key(material)),
            event: format!("{public_url}/events/{}", material.event.id),
        };
        let Texts { subject, html, text } = templates::write(occasion, material, links)?;
        let bodies = MultiPart::alternative_plain_html(text, html);
        let mut parts = MultiPart::mixed().multipart(bodies);
        let live: Vec<TicketRecord> =
            material.tickets.iter().filter(|ticket| ticket.is_live()).cloned().collect();
        if occasion == Occasion::Confirmed
            && let Some(document) = tickets::document(&material.event, self.tokens, &live, material.locale)
        {
            let pdf = document.pdf()?;
            parts =
                parts.singlepart(Attachment::new("tickets.pdf".into()).body(pdf, kind("application/pdf")?));
        }
        if let Some(calendar) = self.calendar(occasion, material, &booking_url) {
            let kind = kind("text/calendar; charset=utf-8; method=PUBLISH")?;
            parts = parts.singlepart(Attachment::new("event.ics".into()).body(calendar, kind));
        }
        let to = Mailbox::new(Some(material.name.clone()), material.email.parse()?);
        self.addressed(to, subject, parts, notification)
    }

    /// The mail about an offer.
    pub(super) fn offer(
        &self,
        occasion: offers::Occasion,
        offer: &Offer,
        notification: Uuid,
    ) -> Result<Message, ComposeError> {
        let public_url = self.public_url.trim_end_matches('/');
        let mut checkout = format!("{public_url}/holds/{}", offer.hold_id);
        if offer.guest {
            checkout = format!("{checkout}?offer={}", self.tokens.offer_key(offer.hold_id, &offer.email));
        }
        let event = format!("{public_url}/events/{}", offer.event.id);
        let Texts { subject, html, text } = offers::write(occasion, offer, &checkout, &event)?;
        let to = Mailbox::new(offer.name.clone(), offer.email.parse()?);
        self.addressed(to, subject, MultiPart::alternative_plain_html(text, html), notification)
    }

    fn addressed(
        &self,
        to: Mailbox,
        subject: String,
        parts: MultiPart,
        notification: Uuid,
    ) -> Result<Message, ComposeError> {
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .date(self.now.into())
            .message_id(Some(format!("<{notification}@{}>", self.from.email.domain())))
            .multipart(parts)?;
        automatic(&mut message);
        Ok(message)
    }

    /// What opens the booking to a guest, who cannot sign in. Not for the calendar, which others may see.
    fn key(&self, material: &Material) -> String {
        if !material.guest {
            return String::new();
        }
        format!("?key={}", self.tokens.booking_key(material.booking_id, &material.email))
    }

    fn calendar(&self, occasion: Occasion, material: &Material, url: &str) -> Option<String> {
        let status = match occasion {
            Occasion::Confirmed if material.tickets.iter().any(TicketRecord::is_live) => {
                CalendarStatus::Confirmed
            }
            Occasion::Confirmed | Occasion::Rejected => return None,
            Occasion::Cancelled => CalendarStatus::Cancelled,
        };
        let admits_to: Vec<String> = material
            .tickets
            .iter()
            .map(|ticket| ticket.admits_to(&material.event, material.locale))
            .collect();
        let entry = CalendarEntry {
            event: &material.event.details(),
            booking_id: material.booking_id,
            admits_to: &admits_to,
            url,
            made_at: self.now,
            status,
        };
        Some(entry.render())
    }
}

/// Says that nobody wrote it, so that nobody's machine answers.
pub(crate) fn automatic(message: &mut Message) {
    let auto_submitted = HeaderName::new_from_ascii_str("Auto-Submitted");
    message.headers_mut().insert_raw(HeaderValue::new(auto_submitted, "auto-generated".into()));
}

fn kind(text: &'static str) -> Result<ContentType, ComposeError> {
    ContentType::parse(text).map_err(|_| ComposeError::Header(text))
}
