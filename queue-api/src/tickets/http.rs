//! `/api/tickets…`, `/api/bookings/{booking}/tickets.pdf`.

use axum::{Json, extract::State, response::Response};
use shared::domain::{BookingId, TicketId};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    seat, service,
    views::{PageQuery, TicketPage, TicketView},
};
use crate::{
    app::AppState,
    download,
    extract::{Caller, PathId, ValidQuery},
    locale::{Lang, Language},
    problem::Problem,
};

/// The routes of tickets.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(pdf))
        .routes(routes!(qr))
        .routes(routes!(booking_pdf))
        .routes(routes!(seat::change))
}

/// The caller's tickets, newest first.
#[utoipa::path(get, path = "/api/tickets", tag = "tickets", params(PageQuery, Lang), security(("bearer" = [])),
    responses((status = 200, body = TicketPage), (status = 401)))]
async fn list(
    State(app): State<AppState>,
    caller: Caller,
    language: Language,
    ValidQuery(query): ValidQuery<PageQuery>,
) -> Result<Json<TicketPage>, Problem> {
    service::list(&app, caller, query, language.spoken()).await.map(Json)
}

/// A ticket of the caller, or of an event that the caller organises.
#[utoipa::path(get, path = "/api/tickets/{ticket}", tag = "tickets", params(("ticket" = TicketId, Path), Lang),
    security(("bearer" = [])), responses((status = 200, body = TicketView), (status = 404)))]
async fn show(
    State(app): State<AppState>,
    caller: Caller,
    language: Language,
    PathId(ticket): PathId<TicketId>,
) -> Result<Json<TicketView>, Problem> {
    let (ticket, event) = service::seen(&app, caller, ticket).await?;
    Ok(Json(TicketView::new(&ticket, &event, &app.tokens, language.spoken())))
}

/// The ticket to print, one page; in its holder's language unless `lang` asks for another.
#[utoipa::path(get, path = "/api/tickets/{ticket}/pdf", tag = "tickets", params(("ticket" = TicketId, Path), Lang),
    security(("bearer" = [])),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>), (status = 404),
              (status = 410, description = "It admits nobody any more")))]
async fn pdf(
    State(app): State<AppState>,
    caller: Caller,
    language: Language,
    PathId(ticket): PathId<TicketId>,
) -> Result<Response, Problem> {
    service::pdf(&app, caller, ticket, language.asked())
        .await
        .map(|pdf| download::file("application/pdf", "inline", "ticket.pdf", pdf))
}

/// The ticket's code as QR.
#[utoipa::path(get, path = "/api/tickets/{ticket}/qr.svg", tag = "tickets", params(("ticket" = TicketId, Path)),
    security(("bearer" = [])),
    responses((status = 200, content_type = "image/svg+xml", body = String), (status = 404), (status = 410)))]
async fn qr(
    State(app): State<AppState>,
    caller: Caller,
    PathId(ticket): PathId<TicketId>,
) -> Result<Response, Problem> {
    let svg = service::qr(&app, caller, ticket).await?;
    Ok(download::file("image/svg+xml", "inline", "ticket.svg", svg))
}

/// All tickets of a booking to print, one page each; in their holder's language unless `lang` asks for another.
#[utoipa::path(get, path = "/api/bookings/{booking}/tickets.pdf", tag = "tickets",
    params(("booking" = BookingId, Path), Lang), security(("bearer" = [])),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>), (status = 404), (status = 410)))]
async fn booking_pdf(
    State(app): State<AppState>,
    caller: Caller,
    language: Language,
    PathId(booking): PathId<BookingId>,
) -> Result<Response, Problem> {
    let pdf = service::booking_pdf(&app, caller, booking, language.asked()).await?;
    Ok(download::file("application/pdf", "inline", "tickets.pdf", pdf))
}
