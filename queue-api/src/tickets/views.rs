//! Tickets as clients see them.

use serde::{Deserialize, Serialize};
use shared::{
    contracts::process_booking::Admission,
    domain::{AreaIndex, BookingId, EventId, Locale, Money, SeatIndex, TicketId, TicketStatus, TierIndex},
    store::{events::EventRecord, tickets::TicketRecord},
    tokens::Tokens,
};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

/// One ticket.
#[derive(Serialize, ToSchema)]
pub(super) struct TicketView {
    id: TicketId,
    booking_id: BookingId,
    event: TicketEvent,
    status: TicketStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<SeatIndex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    area: Option<AreaIndex>,
    /// Like "Stalls · Row F · 12" in the language asked for, or the name of the standing area.
    admits_to: String,
    tier: TierIndex,
    tier_name: String,
    price: Money,
    /// Name of the person who booked.
    holder: String,
    /// What the QR carries, signed; while the ticket admits.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    used_at: Option<OffsetDateTime>,
}

/// The event of a ticket, as far as its holder needs it on the way.
#[derive(Serialize, ToSchema)]
struct TicketEvent {
    id: EventId,
    title: String,
    venue: String,
    city: String,
    time_zone: String,
    #[serde(with = "time::serde::rfc3339")]
    starts_at: OffsetDateTime,
}

/// A page of tickets.
#[derive(Serialize, ToSchema)]
pub(super) struct TicketPage {
    pub(super) items: Vec<TicketView>,
    /// For the next page; none on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<TicketId>,
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// `next_cursor` of the page before.
    pub(super) cursor: Option<TicketId>,
    /// Tickets a page, at most 100.
    pub(super) limit: Option<u32>,
}

impl TicketView {
    pub(super) fn new(ticket: &TicketRecord, event: &EventRecord, tokens: &Tokens, locale: Locale) -> Self {
        let (seat, area) = match ticket.what {
            Admission::Seat(seat) => (Some(seat), None),
            Admission::Area(area) => (None, Some(area)),
        };
        Self {
            id: ticket.id,
            booking_id: ticket.booking_id,
            event: TicketEvent {
                id: event.id,
                title: event.title.clone(),
                venue: event.venue.clone(),
                city: event.city.clone(),
                time_zone: event.time_zone.clone(),
                starts_at: event.starts_at,
            },
            status: ticket.status,
            seat,
            area,
            admits_to: ticket.admits_to(event, locale),
            tier: ticket.tier,
            tier_name: ticket.tier_name(event),
            price: ticket.price,
            holder: ticket.holder.clone(),
            code: ticket.is_live().then(|| ticket.code(tokens)),
            used_at: ticket.used_at,
        }
    }
}
