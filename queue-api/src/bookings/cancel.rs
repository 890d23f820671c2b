//! Cancelling a booking.

use shared::{
    domain::{BookingId, BookingStatus, Locale, TicketStatus},
    store::{events::EventRecord, tickets},
};
use time::{Duration, OffsetDateTime};

use super::views::{self, BookingView, Visible};
use crate::{app::App, extract::Caller, problem::Problem};

/// Cancels a booking and returns seats and money.
///
/// # Errors
/// 404 when it is not the caller's to cancel, 409 when it cannot be cancelled any more.
pub(super) async fn cancel(
    app: &App,
    caller: Caller,
    id: BookingId,
    locale: Locale,
) -> Result<BookingView, Problem> {
    let Visible { view, event, organises } = views::visible(app, caller, id, locale).await?;
    match view.status {
        BookingStatus::Confirmed => {}
        BookingStatus::Cancelled | BookingStatus::Refunded => return Ok(view),
        BookingStatus::Processing => {
            return Err(Problem::conflict("booking-processing", "The booking is not decided yet."));
        }
        BookingStatus::Rejected => {
            return Err(Problem::conflict(
                "booking-rejected",
                "The booking was rejected; nothing was charged.",
            ));
        }
    }
    if !organises && !window_open(&event, app.clock.now()) {
        return Err(Problem::conflict("cancellation-closed", "This booking can no longer be cancelled."));
    }
    let cancelled = app.processor.cancel(&[id]).await?;
    if cancelled.is_empty() {
        return refused(app, caller, id, locale).await;
    }
    if let Err(error) = app.processor.return_cancelled(&cancelled).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "bookings: money and seats return later");
    }
    Ok(views::visible(app, caller, id, locale).await?.view)
}

/// Fans may cancel until so many minutes before the event begins, or never.
fn window_open(event: &EventRecord, now: OffsetDateTime) -> bool {
    let minutes = event.cancel_until_minutes.map(|minutes| Duration::minutes(minutes.into()));
    minutes.is_some_and(|minutes| now < event.starts_at - minutes)
}

/// Somebody else cancelled it first, or a ticket has let somebody in.
async fn refused(app: &App, caller: Caller, id: BookingId, locale: Locale) -> Result<BookingView, Problem> {
    let tickets = tickets::of_booking(&app.pool, id).await?;
    if tickets.iter().any(|ticket| ticket.status == TicketStatus::Used) {
        return Err(Problem::conflict("ticket-used", "One of the tickets was used already."));
    }
    if tickets.iter().any(|ticket| ticket.status == TicketStatus::Transferred) {
        return Err(Problem::conflict("ticket-transferred", "One of the tickets was passed on."));
    }
    Ok(views::visible(app, caller, id, locale).await?.view)
}
