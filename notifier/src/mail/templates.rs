//! The texts of the mails, in `templates/`: HTML for people, plain text for everything else.

use std::borrow::Cow;

use askama::Template;
use shared::{
    contracts::EventKind,
    domain::{BookingStatus, EventStatus},
    store::tickets::TicketRecord,
    ticket_document::LocalTime,
};

use super::{
    claims::About,
    material::Material,
    offers,
    words::{Words, words},
};

/// The occasion of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occasion {
    Confirmed,
    Rejected,
    Cancelled,
}

/// A mail's subject and its two bodies.
pub(crate) struct Texts {
    pub(crate) subject: String,
    pub(crate) html: String,
    pub(crate) text: String,
}

impl Texts {
    /// Of the templates of a mail; its subject names the event by `{title}`.
    pub(super) fn of(
        subject: &str,
        title: &str,
        html: &impl Template,
        text: &impl Template,
    ) -> Result<Self, askama::Error> {
        let subject = subject.replace("{title}", title);
        Ok(Self { subject, html: html.render()?, text: text.render()? })
    }
}

/// Where a mail leads.
pub(super) struct Links {
    /// The booking in the web app.
    pub(super) booking: String,
    /// The event in the web app.
    pub(super) event: String,
}

/// What the templates show.
struct MailView<'a> {
    words: &'static Words,
    name: &'a str,
    title: &'a str,
    date: String,
    time: String,
    location: String,
    tickets: Vec<TicketView>,
    /// Whether tickets are attached; they are not when the booking was cancelled before the mail went out.
    attached: bool,
    total: String,
    /// That the total may show as reserved.
    reserved: String,
    reason: &'static str,
    event_cancelled: bool,
    booking_url: String,
    event_url: String,
    booking_id: String,
}

struct TicketView {
    admits_to: String,
    tier: String,
    price: String,
}

macro_rules! templates {
    ($($name:ident, $path:literal;)*) => {$(
        #[derive(Template)]
        #[template(path = $path)]
        struct $name<'a> {
            mail: &'a MailView<'a>,
        }
    )*};
}

templates! {
    ConfirmedHtml, "booking_confirmed.html";
    ConfirmedText, "booking_confirmed.txt";
    RejectedHtml, "booking_rejected.html";
    RejectedText, "booking_rejected.txt";
    CancelledHtml, "booking_cancelled.html";
    CancelledText, "booking_cancelled.txt";
}

impl Occasion {
    /// The name under which its mail is remembered.
    pub(super) fn template(self) -> &'static str {
        match self {
            Self::Confirmed => "booking-confirmed",
            Self::Rejected => "booking-rejected",
            Self::Cancelled => "booking-cancelled",
        }
    }
}

/// Which texts a mail has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// About a booking.
    Booking(Occasion),
    /// About an offer.
    Offer(offers::Occasion),
}

/// A mail that a fact asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) what: What,
    pub(super) about: About,
    /// The name under which the mail is remembered.
    pub(super) template: Cow<'static, str>,
}

impl Due {
    /// None when a fact makes no mail.
    pub(super) fn of(kind: &EventKind) -> Option<Self> {
        if let Some(due) = offers::due(kind) {
            return Some(due);
        }
        let (occasion, booking) = match kind {
            EventKind::BookingConfirmed(fact) => (Occasion::Confirmed, fact.booking_id),
            EventKind::BookingRejected(fact) => (Occasion::Rejected, fact.booking_id),
            EventKind::BookingCancelled(fact) => (Occasion::Cancelled, fact.booking_id),
            EventKind::MailRequested(request) => (Occasion::Confirmed, request.booking_id),
            EventKind::PlaceAdmitted(_)
            | EventKind::TicketUsed(_)
            | EventKind::OfferMade(_)
            | EventKind::OfferLapsed(_) => return None,
        };
        let template = match kind {
            EventKind::MailRequested(request) => request.template().into(),
            _ => occasion.template().into(),
        };
        Some(Self { what: What::Booking(occasion), about: About::Booking(booking), template })
    }
}

/// Writes the texts.
pub(super) fn write(occasion: Occasion, material: &Material, links: Links) -> Result<Texts, askama::Error> {
    let mail = &view(material, links);
    match occasion {
        Occasion::Confirmed => Texts::of(
            mail.words.confirmed_subject,
            mail.title,
            &ConfirmedHtml { mail },
            &ConfirmedText { mail },
        ),
        Occasion::Rejected => {
            Texts::of(mail.words.rejected_subject, mail.title, &RejectedHtml { mail }, &RejectedText { mail })
        }
        Occasion::Cancelled => Texts::of(
            mail.words.cancelled_subject,
            mail.title,
            &CancelledHtml { mail },
            &CancelledText { mail },
        ),
    }
}

fn view(material: &Material, links: Links) -> MailView<'_> {
    let (details, locale) = (material.event.details(), material.locale);
    let words = words(locale);
    let LocalTime { date, time, zone } = details.local_start(locale);
    let ticket = |ticket: &TicketRecord| TicketView {
        admits_to: ticket.admits_to(&material.event, locale),
        tier: ticket.tier_name(&material.event),
        price: ticket.price.written(locale),
    };
    let total = material.total.written(locale);
    MailView {
        words,
        name: &material.name,
        title: &material.event.title,
        date,
        time: format!("{time} ({zone})"),
        location: details.location(),
        tickets: material.tickets.iter().map(ticket).collect(),
        attached: material.status == BookingStatus::Confirmed,
        reserved: words.reserved.replace("{total}", &total),
        total,
        reason: material.reason.map_or("", words.reason),
        event_cancelled: material.event.status == EventStatus::Cancelled,
        booking_url: links.booking,
        event_url: links.event,
        booking_id: material.booking_id.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use shared::{
        contracts::process_booking::Admission,
        domain::{
            BookingId, Category, Demand, EventId, Locale, Money, RejectionReason, TicketId, TicketStatus,
            UserId, WaitingAccess,
        },
        store::events::{EventRecord, PriceTier},
    };
    use time::macros::datetime;
    use uuid::Uuid;

    use super::*;

    fn material(title: &str) -> Material {
        let id = Uuid::from_u128;
        let currency = "EUR".parse().expect("a currency");
        let price = Money::new(4_500, currency);
        let event = EventRecord {
            id: EventId(id(1)),
            organiser_id: UserId(id(2)),
            title: title.into(),
            description: String::new(),
            category: Category::Theatre,
            venue: "Národní divadlo".into(),
            city: "Praha".into(),
            time_zone: "Europe/Prague".into(),
            starts_at: datetime!(2026-03-14 18:30 UTC),
            sale_opens_at: datetime!(2026-01-01 10:00 UTC),
            demand: Demand::Direct,
            status: EventStatus::Published,
            currency,
            tickets_per_person: 4,
            hold_seconds: 300,
            cancel_until_minutes: None,
            poster: None,
            poster_alt: String::new(),
            waiting_access: WaitingAccess::Everyone,
            has_codes: false,
            tiers: vec![PriceTier { tier: 0, name: "Category A".into(), price_minor: 4_500 }],
            seat_map: None,
            lanes: Vec::new(),
            version: 1,
        };
        let ticket = |seat: u32| TicketRecord {
            id: TicketId(id(10)),
            event_id: event.id,
            booking_id: BookingId(id(3)),
            user_id: UserId(id(4)),
            holder: "Zoë <b>".into(),
            locale: Locale::En,
            what: Admission::Seat(seat),
            tier: 0,
            price,
            status: TicketStatus::Valid,
            generation: 0,
            used_at: None,
        };
        Material {
            booking_id: BookingId(id(3)),
            status: BookingStatus::Confirmed,
            reason: Some(RejectionReason::SeatTaken),
            total: Money::new(9_000, currency),
            name: "Zoë <b>".into(),
            email: "zoe@example.org".into(),
            locale: Locale::En,
            guest: false,
            tickets: vec![ticket(12), ticket(13)],
            event: Arc::new(event),
        }
    }

    fn written(occasion: Occasion, title: &str, locale: Locale) -> Texts {
        let links = Links {
            booking: "https://tickets.example/bookings/3".into(),
            event: "https://tickets.example/events/1".into(),
        };
        write(occasion, &Material { locale, ..material(title) }, links).expect("texts")
    }

    #[test]
    fn the_mails_say_what_there_is_to_say() {
        for occasion in [Occasion::Confirmed, Occasion::Rejected, Occasion::Cancelled] {
            for locale in [Locale::En, Locale::De, Locale::Fr] {
                let Texts { subject, html, text } = written(occasion, "Rusalka", locale);
                let name = format!("{}-{locale}", occasion.template());
                insta::assert_snapshot!(name, format!("{subject}\n\n{text}"));
                assert!(html.contains(&format!("<html lang=\"{locale}\">")), "{html}");
                for part in text.lines().filter(|line| line.starts_with("Rusalka") || line.contains("2026")) {
                    assert!(
                        html.contains(part.split(", 19").next().unwrap_or(part)),
                        "{part} is not in {html}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_people_wrote_is_no_markup() {
        for occasion in [Occasion::Confirmed, Occasion::Rejected, Occasion::Cancelled] {
            let Texts { html, text, .. } = written(occasion, "<script>alert(1)</script> & more", Locale::En);
            assert!(!html.contains("<script>") && !html.contains("Zoë <b>"), "{html}");
            assert!(text.contains("<script>alert(1)</script> & more"), "{text}");
        }
    }
}
