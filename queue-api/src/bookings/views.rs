//! Bookings as clients see them.

use std::sync::Arc;

use serde::Serialize;
use shared::{
    contracts::process_booking::{Admission, BookingItem},
    domain::{
        AreaIndex, BookingId, BookingStatus, EventId, HoldId, Locale, Money, NotificationStatus,
        PaymentStatus, RejectionReason, Role, SeatIndex, TicketId, TicketStatus, TierIndex,
    },
    store::{
        bookings::{self, Booking},
        events::EventRecord,
        payments::{self, Payment},
        tickets::{self, TicketRecord},
    },
};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::organiser::OrganiserFacts;
use crate::{app::App, extract::Caller, problem::Problem};

/// A booking.
#[derive(Serialize, ToSchema)]
pub(super) struct BookingView {
    pub(super) id: BookingId,
    event: EventId,
    hold: HoldId,
    pub(super) status: BookingStatus,
    /// Why it was rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<RejectionReason>,
    total: Money,
    /// Where its payment stands.
    payment: PaymentStatus,
    /// Where the mail about how it stands now is; none before there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    mail: Option<NotificationStatus>,
    /// What is booked, one entry a ticket.
    items: Vec<ItemView>,
    /// When it was accepted.
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    cancelled_at: Option<OffsetDateTime>,
    /// For whoever organises the event only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) organiser: Option<OrganiserFacts>,
}

/// One admission of a booking.
#[derive(Serialize, ToSchema)]
struct ItemView {
    /// The ticket, once the booking is confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<TicketId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket_status: Option<TicketStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<SeatIndex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    area: Option<AreaIndex>,
    /// Like "Stalls · Row F · 12" in the language asked for, or the name of the area.
    label: String,
    tier: TierIndex,
    price_minor: i64,
}

/// A booking that the caller may see.
pub(super) struct Visible {
    pub(super) view: BookingView,
    pub(super) event: Arc<EventRecord>,
    /// Whether the caller organises the event.
    pub(super) organises: bool,
}

/// A booking of the caller, or of an event the caller organises; for others there is none.
///
/// # Errors
/// 404.
pub(super) async fn visible(
    app: &App,
    caller: Caller,
    id: BookingId,
    locale: Locale,
) -> Result<Visible, Problem> {
    let not_found = || Problem::not_found("booking");
    let payment = payments::by_booking(&app.pool, id).await?.ok_or_else(not_found)?;
    let event = app.events.get(payment.event_id).await?.ok_or_else(not_found)?;
    let organises = event.organiser_id == caller.user || caller.role == Role::Admin;
    if payment.user_id != caller.user && !organises {
        return Err(not_found());
    }
    let view = of_payment(app, &payment, &event, locale).await?.ok_or_else(not_found)?;
    Ok(Visible { view, event, organises })
}

/// The booking a payment became; `processing` while it is accepted and not decided, none before.
///
/// # Errors
/// When PostgreSQL is away.
pub(super) async fn of_payment(
    app: &App,
    payment: &Payment,
    event: &EventRecord,
    locale: Locale,
) -> Result<Option<BookingView>, Problem> {
    match bookings::find(&app.pool, payment.booking_id).await? {
        Some(booking) => {
            let tickets = tickets::of_booking(&app.pool, booking.id).await?;
            let mail = bookings::mail(&app.pool, booking.id).await?;
            let mut view = BookingView::accepted(payment, booking.created_at, event, locale);
            view.decide(&booking, &tickets, event, locale);
            Ok(Some(BookingView { mail, ..view }))
        }
        None => Ok(payment.accepted_at.map(|at| BookingView::accepted(payment, at, event, locale))),
    }
}

impl BookingView {
    /// A booking that nobody has decided yet.
    pub(super) fn accepted(
        payment: &Payment,
        accepted_at: OffsetDateTime,
        event: &EventRecord,
        locale: Locale,
    ) -> Self {
        Self {
            id: payment.booking_id,
            event: payment.event_id,
            hold: payment.hold_id,
            status: BookingStatus::Processing,
            reason: None,
            total: payment.amount,
            payment: payment.status,
            mail: None,
            items: payment.items.iter().map(|item| ItemView::wanted(item, event, locale)).collect(),
            created_at: accepted_at,
            cancelled_at: None,
            organiser: None,
        }
    }

    fn decide(&mut self, booking: &Booking, tickets: &[TicketRecord], event: &EventRecord, locale: Locale) {
        self.status = booking.status;
        self.reason = booking.reason;
        self.cancelled_at = booking.cancelled_at;
        if !tickets.is_empty() {
            self.items = tickets.iter().map(|ticket| ItemView::ticket(ticket, event, locale)).collect();
        }
    }
}

impl ItemView {
    fn wanted(item: &BookingItem, event: &EventRecord, locale: Locale) -> Self {
        let (seat, area) = match item.what {
            Admission::Seat(seat) => (Some(seat), None),
            Admission::Area(area) => (None, Some(area)),
        };
        let label = event.admission_label(item.what, locale);
        let (tier, price_minor) = (item.tier, item.price_minor);
        Self { ticket: None, ticket_status: None, seat, area, label, tier, price_minor }
    }

    fn ticket(ticket: &TicketRecord, event: &EventRecord, locale: Locale) -> Self {
        let item =
            BookingItem { what: ticket.what, tier: ticket.tier, price_minor: ticket.price.amount_minor };
        let wanted = Self::wanted(&item, event, locale);
        Self { ticket: Some(ticket.id), ticket_status: Some(ticket.status), ..wanted }
    }
}
