//! The ticket as a document: a PDF with one page a ticket, the QR as SVG, and a calendar entry.
//!
//! Everything here is pure: the same input gives the same output (but for two random ids in the PDF). The PDF is
//! a CPU's work of about a millisecond a ticket: call it where blocking is allowed.

mod calendar;
mod canvas;
mod face;
mod page;
mod pdf;
mod qr;
mod text;
mod typeface;
mod when;
mod words;

use time::OffsetDateTime;

pub use calendar::{CalendarEntry, CalendarStatus};
pub use qr::{QrError, qr_svg};
pub use when::LocalTime;

use crate::domain::{BookingId, EventId, Locale, Money, TicketId};

/// The tickets of one booking, with everything that is printed on them.
#[derive(Clone, Debug)]
pub struct TicketDocument {
    /// The event they admit to.
    pub event: EventDetails,
    /// The language of what is not somebody's own words.
    pub locale: Locale,
    /// Name of the person who booked.
    pub holder: String,
    /// Their booking.
    pub booking_id: BookingId,
    /// One page each, in this order.
    pub tickets: Vec<PrintedTicket>,
}

/// An event as tickets, mails and calendars tell of it.
#[derive(Clone, Debug)]
pub struct EventDetails {
    /// Its id.
    pub event_id: EventId,
    /// Title.
    pub title: String,
    /// The house.
    pub venue: String,
    /// The city.
    pub city: String,
    /// When it starts.
    pub starts_at: OffsetDateTime,
    /// The time zone of the venue, by its IANA name.
    pub time_zone: String,
}

/// What is particular to one ticket.
#[derive(Clone, Debug)]
pub struct PrintedTicket {
    /// Its id.
    pub ticket_id: TicketId,
    /// Its seat ("Stalls · Row F · 12") or standing area.
    pub admits_to: String,
    /// Name of its price tier.
    pub tier: String,
    /// What it cost.
    pub price: Money,
    /// The signed code, see [`crate::tokens::TicketCode`].
    pub code: String,
}

impl EventDetails {
    /// When it starts, by the clock of the place.
    #[must_use]
    pub fn local_start(&self, locale: Locale) -> LocalTime {
        LocalTime::new(self.starts_at, &self.time_zone, locale)
    }

    /// House and city on one line.
    #[must_use]
    pub fn location(&self) -> String {
        format!("{}, {}", self.venue, self.city)
    }
}

impl TicketDocument {
    /// The PDF, one A4 page a ticket.
    ///
    /// # Errors
    /// When a code is too long for a QR symbol.
    pub fn pdf(&self) -> Result<Vec<u8>, QrError> {
        pdf::render(self)
    }
}
