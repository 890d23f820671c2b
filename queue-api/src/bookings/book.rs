//! `POST /api/bookings`: from a hold that was checked out to an accepted booking.

use http::HeaderMap;
use shared::{
    broker::{
        Message,
        topology::{Queue, TO_QUEUE},
    },
    contracts::ProcessBooking,
    domain::{Demand, HoldId, Locale, PaymentStatus, UserId},
    locks::Extended,
    payments::{ChargeReference, PaymentMethod},
    store::{
        bookings::Outcome,
        events::EventRecord,
        payments::{Accepted, Made, Payment},
    },
};
use time::OffsetDateTime;

use super::{
    pay,
    views::{self, BookingView},
};
use crate::{
    app::App,
    checkout::hold_expired,
    holds::refuse_not_on_sale,
    passes,
    problem::{FieldError, Problem},
    robots, waiting_list,
};

/// How long an accepted hold cannot run out: far longer than a command waits, and than the reconciler needs to
/// find it again.
const PIN_TTL_MS: u64 = 30 * 60 * 1000;

/// Pays and books a hold. The same hold again gives the same booking.
///
/// # Errors
/// See [`super::http`].
pub(super) async fn book(
    app: &App,
    user: UserId,
    headers: &HeaderMap,
    hold: HoldId,
    method: &PaymentMethod,
    locale: Locale,
) -> Result<BookingView, Problem> {
    let mut payment = payment_of(app, user, hold).await?;
    let event = app.events.get(payment.event_id).await?.ok_or_else(|| Problem::not_found("event"))?;
    // Nothing is booked before its command is written down.
    if payment.command.is_some()
        && let Some(booking) = views::of_payment(app, &payment, &event, locale).await?
    {
        return Ok(booking);
    }
    let accepted = accept(app, headers, &mut payment, &event, method).await;
    if let (Ok(at), Demand::Queue) = (&accepted, event.demand) {
        return Ok(BookingView::accepted(&payment, *at, &event, locale));
    }
    // Whatever went wrong here, a request beside this one may have booked it.
    let payment = payment_of(app, user, hold).await?;
    match views::of_payment(app, &payment, &event, locale).await? {
        Some(booking) => Ok(booking),
        None => {
            Err(accepted.err().unwrap_or_else(|| Problem::internal("an accepted booking cannot be found")))
        }
    }
}

/// Since when it is accepted; `payment` is then as it is stored.
async fn accept(
    app: &App,
    headers: &HeaderMap,
    payment: &mut Payment,
    event: &EventRecord,
    method: &PaymentMethod,
) -> Result<OffsetDateTime, Problem> {
    require_contact(payment)?;
    refuse_not_on_sale(app, event)?;
    let lease = check_hold(app, headers, payment, event).await?;
    robots::admit_to_pay(app, event.id, payment.user_id, headers, payment.hold_id).await?;
    let reference = pay::reserve(app, payment, method).await?;
    if let Err(gone) = pin(app, payment).await {
        pay::keep_reserved(app, payment, reference.as_ref()).await?;
        return Err(gone);
    }
    let command = payment.to_command(lease, event.tickets_per_person, app.clock.now());
    write_down(app, payment, &command, reference).await?;
    match event.demand {
        Demand::Queue => send(app, &command).await?,
        Demand::Direct => decide(app, &command).await?,
    }
    app.till.accept(Accepted { payment: payment.id, at: command.accepted_at }).await?;
    Ok(command.accepted_at)
}

/// Refuses a guest whose tickets could be sent to nobody: 422 that names what is missing.
fn require_contact(payment: &Payment) -> Result<(), Problem> {
    let told = [("name", payment.payer_named), ("email", payment.payer_reachable)];
    let missing = told.into_iter().filter(|(_, told)| !told);
    let errors: Vec<FieldError> = missing
        .map(|(field, _)| FieldError { field: field.into(), message: "is needed to book".into() })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid_fields(errors)) }
}

/// 409: a booking that was rejected; nothing was charged.
pub(super) fn rejected(booking: &BookingView) -> Problem {
    let detail = "The booking could not be made. Nothing was charged.";
    Problem::conflict("booking-rejected", detail).with("reason", booking.reason).with("booking", booking.id)
}

/// The caller's payment of a hold.
async fn payment_of(app: &App, user: UserId, hold: HoldId) -> Result<Payment, Problem> {
    if let Some(payment) = app.till.find(hold).await? {
        return Some(payment)
            .filter(|payment| payment.user_id == user)
            .ok_or_else(|| Problem::not_found("hold"));
    }
    match app.holds.find(hold).await? {
        Some(found) if found.user_id == user => {
            Err(Problem::conflict("not-checked-out", "Check the hold out first: POST …/checkout."))
        }
        _ => Err(Problem::not_found("hold")),
    }
}

/// Before any money moves: the hold lives, and the pass is the one it was made with. What a waiting list offered was
/// held without one and is bought without one.
async fn check_hold(
    app: &App,
    headers: &HeaderMap,
    payment: &Payment,
    event: &EventRecord,
) -> Result<Option<u64>, Problem> {
    let hold = app.holds.get(payment.event_id, payment.hold_id).await?;
    if event.demand == Demand::Queue
        && hold.as_ref().is_some_and(|hold| hold.lease.is_none())
        && waiting_list::is_offered(app, payment.hold_id).await?
    {
        return Ok(None);
    }
    let lease = passes::lease(app, headers, event).await?;
    if hold.ok_or_else(hold_expired)?.lease != lease {
        return Err(Problem::forbidden("pass-invalid", "This pass is not the one the seats are held with."));
    }
    Ok(lease)
}

async fn pin(app: &App, payment: &Payment) -> Result<(), Problem> {
    match app.holds.pin(payment.event_id, payment.hold_id, payment.user_id, PIN_TTL_MS).await? {
        Extended::Done { .. } | Extended::Already { .. } => Ok(()),
        // The reservation is let go of by the reconciler.
        Extended::Gone => Err(hold_expired()),
    }
}

/// Writes the command down with the payment, and the reservation it rests on, before anybody is told.
async fn write_down(
    app: &App,
    payment: &mut Payment,
    command: &ProcessBooking,
    reference: Option<ChargeReference>,
) -> Result<(), Problem> {
    let made = Made { command: command.clone(), reference: reference.clone() };
    if app.till.made(made).await? {
        payment.status = PaymentStatus::Authorized;
        return Ok(());
    }
    // It was decided or given up meanwhile, and a repetition finds out which.
    pay::keep_reserved(app, payment, reference.as_ref()).await?;
    Err(Problem::conflict("request-under-way", "This hold is being booked.").retry_after(1))
}

/// Hands the command to the workers. A broker that does not confirm means unknown: the payment stays, and the
/// client's repetition sends the same command again.
async fn send(app: &App, command: &ProcessBooking) -> Result<(), Problem> {
    let message = Message {
        exchange: TO_QUEUE,
        routing_key: Queue::ProcessBooking.name(),
        id: command.id,
        mandatory: true,
        body: serde_json::to_vec(command).map_err(Problem::internal)?,
    };
    Ok(app.publisher.publish(&message).await?)
}

/// Decides the booking here and now; money and seats follow behind the answer. What is lost with this process
/// then, the reconciler does.
async fn decide(app: &App, command: &ProcessBooking) -> Result<(), Problem> {
    let outcome = app.processor.decide_alone(command).await?;
    if let Outcome::Invalid(why) = outcome {
        return Err(Problem::internal(why));
    }
    let (processor, command) = (app.processor.clone(), command.clone());
    tokio::spawn(async move {
        if let Err(error) = processor.settle(&[command], &[outcome]).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "bookings: settled later");
        }
    });
    Ok(())
}
