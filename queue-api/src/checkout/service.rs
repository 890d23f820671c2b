//! What a checkout does.

use axum::http::HeaderMap;
use serde::Serialize;
use shared::{
    clock,
    contracts::process_booking::{Admission, BookingItem},
    domain::{BookingId, HoldId, Money, PaymentId, PaymentStatus, UserId},
    locks::{Extended, Hold},
    store::{
        events::EventRecord,
        payments::{NewPayment, Payment},
    },
};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::{app::App, holds::refuse_not_on_sale, problem::Problem, robots};

/// A hold on its way to a booking.
#[derive(Serialize, ToSchema)]
pub(super) struct Checkout {
    hold: HoldId,
    /// The id the booking will have.
    booking_id: BookingId,
    payment: CheckoutPayment,
    /// What each ticket costs, minor units: the hold's seats, then the places in its areas.
    prices: Vec<i64>,
    /// Until when the payment must be made.
    #[serde(with = "time::serde::rfc3339")]
    deadline: OffsetDateTime,
}

/// What is to be paid.
#[derive(Serialize, ToSchema)]
struct CheckoutPayment {
    id: PaymentId,
    #[serde(flatten)]
    amount: Money,
    status: PaymentStatus,
}

/// Opens the payment of a hold.
///
/// # Errors
/// When the hold is not the caller's or has run out, or the event is not on sale.
pub(super) async fn check_out(
    app: &App,
    user: UserId,
    hold: HoldId,
    headers: &HeaderMap,
) -> Result<Checkout, Problem> {
    let hold = app.holds.find(hold).await?.filter(|hold| hold.user_id == user);
    let hold = hold.ok_or_else(|| Problem::not_found("hold"))?;
    let event = app.events.get(hold.event_id).await?.ok_or_else(|| Problem::not_found("event"))?;
    refuse_not_on_sale(app, &event)?;
    robots::admit_to_checkout(app, event.id, user, headers).await?;
    let deadline_ms = extend(app, &hold).await?;
    let new = NewPayment {
        id: PaymentId::new(),
        booking_id: BookingId::new(),
        hold_id: hold.hold_id,
        fence: hold.fence,
        event_id: hold.event_id,
        user_id: user,
        gateway: app.processor.gateway().name(),
        items: priced(&hold, &event).ok_or_else(|| Problem::internal("a hold on what has no price"))?,
        currency: event.currency,
    };
    let payment = app.till.open(new).await?;
    Ok(Checkout::new(&payment, clock::from_unix_ms(deadline_ms)))
}

/// 410: the hold's time is over.
pub(crate) fn hold_expired() -> Problem {
    Problem::gone("hold-expired", "Your time to pay is over and the seats were released.")
}

/// Adds the extension to what is left of the hold; a second time nothing is added.
async fn extend(app: &App, hold: &Hold) -> Result<i64, Problem> {
    let left_ms = u64::try_from(hold.deadline_ms - app.clock.now_ms()).unwrap_or(0);
    let ttl_ms = left_ms + app.config.checkout_extension_ms;
    match app.holds.extend(hold.event_id, hold.hold_id, hold.user_id, ttl_ms).await? {
        Extended::Done { deadline_ms } | Extended::Already { deadline_ms } => Ok(deadline_ms),
        Extended::Gone => Err(hold_expired()),
    }
}

/// What is held with its prices, one entry a ticket.
fn priced(hold: &Hold, event: &EventRecord) -> Option<Vec<BookingItem>> {
    let seats = hold.seats.iter().map(|seat| (Admission::Seat(*seat), 1));
    let areas = hold.areas.iter().map(|(area, quantity)| (Admission::Area(*area), *quantity));
    let mut items = Vec::new();
    for (what, quantity) in seats.chain(areas) {
        let tier = match what {
            Admission::Seat(seat) => event.seat_tier(seat)?,
            Admission::Area(area) => event.area_tier(area)?,
        };
        let item = BookingItem { what, tier: tier.tier, price_minor: tier.price_minor };
        items.extend((0..quantity).map(|_| item));
    }
    Some(items)
}

impl Checkout {
    fn new(payment: &Payment, deadline: OffsetDateTime) -> Self {
        Self {
            hold: payment.hold_id,
            booking_id: payment.booking_id,
            payment: CheckoutPayment { id: payment.id, amount: payment.amount, status: payment.status },
            prices: payment.items.iter().map(|item| item.price_minor).collect(),
            deadline,
        }
    }
}
