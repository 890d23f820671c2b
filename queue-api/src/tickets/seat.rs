//! Moving a sold ticket to another seat.

use axum::{Json, extract::State};
use garde::Validate;
use serde::Deserialize;
use shared::{
    contracts::{events::MailRequest, process_booking::Admission},
    domain::{EventId, SeatIndex, TicketId, TicketStatus},
    store::{
        events::EventRecord,
        tickets::{self, TicketRecord},
    },
};
use sqlx::PgPool;
use utoipa::ToSchema;

use super::views::TicketView;
use crate::{
    app::{App, AppState},
    bookings::send_copy,
    events::{owned, refuse_over},
    extract::{Caller, PathId, ValidJson},
    locale::{Lang, Language},
    problem::Problem,
};

/// Where to.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSeat {
    /// A seat that nobody has or holds; a blocked one too.
    #[garde(skip)]
    seat: SeatIndex,
}

/// Move a sold ticket to another seat of its event, whatever that costs: the price that was paid stays. Older codes of the
/// ticket are void, its buyer gets a mail with the new one, and the old seat is for sale again. For the event's organiser.
#[utoipa::path(put, path = "/api/tickets/{ticket}/seat", tag = "organisers", params(("ticket" = TicketId, Path), Lang),
    request_body = NewSeat, security(("bearer" = [])),
    responses((status = 200, body = TicketView), (status = 401), (status = 404),
              (status = 409, description = "`seats-taken`; `ticket-not-valid`: used, or cancelled; `no-seat`; `event-over`"),
              (status = 422)))]
pub(super) async fn change(
    State(app): State<AppState>,
    caller: Caller,
    language: Language,
    PathId(ticket): PathId<TicketId>,
    ValidJson(NewSeat { seat }): ValidJson<NewSeat>,
) -> Result<Json<TicketView>, Problem> {
    let known = tickets::find(&app.pool, ticket).await?.ok_or_else(|| Problem::not_found("ticket"))?;
    let event = owned(&app, caller, known.event_id).await.map_err(|_| Problem::not_found("ticket"))?;
    refuse_over(&event)?;
    swap(&app, &event, &known, seat).await?;
    let moved = tickets::find(&app.pool, ticket).await?.ok_or_else(|| Problem::not_found("ticket"))?;
    Ok(Json(TicketView::new(&moved, &event, &app.tokens, language.spoken())))
}

async fn swap(app: &App, event: &EventRecord, ticket: &TicketRecord, to: SeatIndex) -> Result<(), Problem> {
    let Admission::Seat(from) = ticket.what else {
        return Err(Problem::conflict("no-seat", "This ticket is for a standing area."));
    };
    let label = event.seat_map.as_ref().and_then(|map| map.seat_label(to));
    let label = label.ok_or_else(|| Problem::invalid("seat", "the event has no such seat"))?;
    if ticket.status != TicketStatus::Valid {
        return Err(Problem::conflict("ticket-not-valid", "This ticket was used or cancelled."));
    }
    if from == to {
        return Ok(());
    }
    let taken = || {
        let detail = "Somebody holds or has that seat.";
        Problem::conflict("seats-taken", detail).with("seats", [to]).with("labels", [&label])
    };
    // Nobody can hold it from here on; a blocked seat is not for sale, so stopping in between sells nothing twice.
    if !app.holds.block(event.id, &[to]).await?.is_empty() {
        return Err(taken());
    }
    match store(app, event.id, ticket, from, to).await {
        Ok(true) => Ok(app.holds.swap(event.id, from, to).await?),
        Ok(false) => {
            give_back(app, event.id, to).await;
            Err(Problem::conflict("ticket-not-valid", "This ticket has changed meanwhile. Look at it again."))
        }
        Err(error) => {
            give_back(app, event.id, to).await;
            let is_taken = error.as_database_error().and_then(|fault| fault.constraint())
                == Some("tickets_live_seat_key");
            if is_taken { Err(taken()) } else { Err(error.into()) }
        }
    }
}

/// A seat that was blocked for a ticket that did not move, unless the organiser keeps it blocked, or another ticket has
/// moved there whose swap is still to be shown.
async fn give_back(app: &App, event: EventId, seat: SeatIndex) {
    match is_not_for_sale(&app.pool, event, seat).await {
        Ok(true) => {}
        Ok(false) => {
            if let Err(error) = app.holds.unblock(event, &[seat]).await {
                tracing::warn!(%error, %event, seat, "a seat stays blocked until the view is repaired");
            }
        }
        Err(error) => tracing::warn!(%error, %event, seat, "a seat stays blocked until the view is repaired"),
    }
}

async fn is_not_for_sale(pool: &PgPool, event: EventId, seat: SeatIndex) -> sqlx::Result<bool> {
    let asked = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM blocked_seats WHERE event_id = $1 AND seat_index = $2)
               OR EXISTS (SELECT FROM tickets WHERE event_id = $1 AND seat_index = $2
                          AND status IN ('valid', 'used')) AS "kept!""#,
        event.0,
        i32::try_from(seat).unwrap_or(i32::MAX)
    );
    asked.fetch_one(pool).await
}

/// Moves the ticket, and has its mail sent again. False when it is not what it was.
async fn store(
    app: &App,
    event: EventId,
    ticket: &TicketRecord,
    from: SeatIndex,
    to: SeatIndex,
) -> sqlx::Result<bool> {
    let mut tx = app.pool.begin().await?;
    let copies = sqlx::query_scalar!(
        r#"SELECT (SELECT count(*) FROM notifications WHERE booking_id = bookings.id AND starts_with(template, $2)) AS "copies!"
           FROM bookings WHERE id = $1 FOR UPDATE"#,
        ticket.booking_id.0,
        MailRequest::TEMPLATES
    )
    .fetch_one(&mut *tx)
    .await?;
    let moved = sqlx::query!(
        "UPDATE tickets SET seat_index = $3, generation = (generation + 1) % 256
         WHERE id = $1 AND status = 'valid' AND seat_index = $2",
        ticket.id.0,
        i32::try_from(from).unwrap_or(i32::MAX),
        i32::try_from(to).unwrap_or(i32::MAX)
    );
    if moved.execute(&mut *tx).await?.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "DELETE FROM blocked_seats WHERE event_id = $1 AND seat_index = $2",
        event.0,
        i32::try_from(to).unwrap_or(i32::MAX)
    )
    .execute(&mut *tx)
    .await?;
    send_copy(&mut tx, (ticket.booking_id, event, ticket.user_id), copies, app.clock.now()).await?;
    tx.commit().await?;
    Ok(true)
}
