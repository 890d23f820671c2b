//! The texts of the mails, in `templates/`: HTML for people, plain text for everything else.

use std::borrow::Cow;

use askama::Template;
use shared::{
    contracts::EventKind,
    domain::{BookingId, BookingStatus, EventStatus, RejectionReason},
    store::tickets::TicketRecord,
    ticket_document::LocalTime,
};

use super::material::Material;

/// The occasion of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occasion {
    Confirmed,
    Rejected,
    Cancelled,
}

/// A mail's subject and its two bodies.
pub(super) struct Texts {
    pub(super) subject: String,
    pub(super) html: String,
    pub(super) text: String,
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
    name: &'a str,
    title: &'a str,
    date: String,
    time: String,
    location: String,
    tickets: Vec<TicketView>,
    /// Whether tickets are attached; they are not when the booking was cancelled before the mail went out.
    attached: bool,
    total: String,
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

/// A mail that a fact asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) occasion: Occasion,
    pub(super) booking: BookingId,
    /// The name under which the mail is remembered.
    pub(super) template: Cow<'static, str>,
}

impl Due {
    /// None when a fact makes no mail.
    pub(super) fn of(kind: &EventKind) -> Option<Self> {
        let (occasion, booking) = match kind {
            EventKind::BookingConfirmed(fact) => (Occasion::Confirmed, fact.booking_id),
            EventKind::BookingRejected(fact) => (Occasion::Rejected, fact.booking_id),
            EventKind::BookingCancelled(fact) => (Occasion::Cancelled, fact.booking_id),
            EventKind::MailRequested(request) => (Occasion::Confirmed, request.booking_id),
            EventKind::PlaceAdmitted(_) | EventKind::TicketUsed(_) => return None,
        };
        let template = match kind {
            EventKind::MailRequested(request) => request.template().into(),
            _ => occasion.template().into(),
        };
        Some(Self { occasion, booking, template })
    }
}

/// Writes the texts.
pub(super) fn write(occasion: Occasion, material: &Material, links: Links) -> Result<Texts, askama::Error> {
    let mail = &view(material, links);
    let title = mail.title;
    Ok(match occasion {
        Occasion::Confirmed => Texts {
            subject: format!("Your tickets for {title}"),
            html: ConfirmedHtml { mail }.render()?,
            text: ConfirmedText { mail }.render()?,
        },
        Occasion::Rejected => Texts {
            subject: format!("Your booking for {title} did not work out"),
            html: RejectedHtml { mail }.render()?,
            text: RejectedText { mail }.render()?,
        },
        Occasion::Cancelled => Texts {
            subject: format!("Your booking for {title} is cancelled"),
            html: CancelledHtml { mail }.render()?,
            text: CancelledText { mail }.render()?,
        },
    })
}

fn view(material: &Material, links: Links) -> MailView<'_> {
    let details = material.event.details();
    let LocalTime { date, time, zone } = details.local_start();
    let ticket = |ticket: &TicketRecord| TicketView {
        admits_to: ticket.admits_to(&material.event),
        tier: ticket.tier_name(&material.event),
        price: ticket.price.to_string(),
    };
    MailView {
        name: &material.name,
        title: &material.event.title,
        date,
        time: format!("{time} ({zone})"),
        location: details.location(),
        tickets: material.tickets.iter().map(ticket).collect(),
        attached: material.status == BookingStatus::Confirmed,
        total: material.total.to_string(),
        reason: material.reason.map_or("", reason),
        event_cancelled: material.event.status == EventStatus::Cancelled,
        booking_url: links.booking,
        event_url: links.event,
        booking_id: material.booking_id.to_string(),
    }
}

fn reason(reason: RejectionReason) -> &'static str {
    match reason {
        RejectionReason::SeatTaken => "Somebody else was faster with one of the seats.",
        RejectionReason::AreaFull => "The standing area has no room left.",
        RejectionReason::LimitReached => {
            "You would have more tickets than one person may have for this event."
        }
        RejectionReason::HoldLost => "Your reservation ran out and somebody else has taken a seat of it.",
        RejectionReason::PaymentVoided => "The payment was let go before the booking was made.",
        RejectionReason::EventNotOnSale => "Tickets for this event are not sold any more.",
        RejectionReason::Dropped => "It met a fault on our side.",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use shared::{
        contracts::process_booking::Admission,
        domain::{Category, Demand, EventId, Money, TicketId, TicketStatus, UserId},
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
            tiers: vec![PriceTier { tier: 0, name: "Category A".into(), price_minor: 4_500 }],
            seat_map: None,
            version: 1,
        };
        let ticket = |seat: u32| TicketRecord {
            id: TicketId(id(10)),
            event_id: event.id,
            booking_id: BookingId(id(3)),
            user_id: UserId(id(4)),
            holder: "Zoë <b>".into(),
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
            guest: false,
            tickets: vec![ticket(12), ticket(13)],
            event: Arc::new(event),
        }
    }

    fn written(occasion: Occasion, title: &str) -> Texts {
        let links = Links {
            booking: "https://tickets.example/bookings/3".into(),
            event: "https://tickets.example/events/1".into(),
        };
        write(occasion, &material(title), links).expect("texts")
    }

    #[test]
    fn the_mails_say_what_there_is_to_say() {
        for occasion in [Occasion::Confirmed, Occasion::Rejected, Occasion::Cancelled] {
            let Texts { subject, text, .. } = written(occasion, "Rusalka");
            insta::assert_snapshot!(occasion.template(), format!("{subject}\n\n{text}"));
        }
    }

    #[test]
    fn what_people_wrote_is_no_markup() {
        for occasion in [Occasion::Confirmed, Occasion::Rejected, Occasion::Cancelled] {
            let Texts { html, text, .. } = written(occasion, "<script>alert(1)</script> & more");
            assert!(!html.contains("<script>") && !html.contains("Zoë <b>"), "{html}");
            assert!(text.contains("<script>alert(1)</script> & more"), "{text}");
        }
    }
}
