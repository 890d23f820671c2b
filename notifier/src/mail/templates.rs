//! The texts of the mails, in `templates/`: HTML for people, plain text for everything else.

use askama::Template;
use shared::{
    domain::{BookingStatus, EventStatus, RejectionReason},
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
    /// The name under which the mail is remembered.
    pub(super) fn template(self) -> &'static str {
        match self {
            Self::Confirmed => "booking-confirmed",
            Self::Rejected => "booking-rejected",
            Self::Cancelled => "booking-cancelled",
        }
    }
}

/// Writes the texts.
pub(super) fn write(
    occasion: Occasion,
    material: &Material,
    booking_url: String,
) -> Result<Texts, askama::Error> {
    let mail = &view(material, booking_url);
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

fn view(material: &Material, booking_url: String) -> MailView<'_> {
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
        booking_url,
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
