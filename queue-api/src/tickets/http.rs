//! `/api/tickets…`, `/api/bookings/{booking}/tickets.pdf`.

use axum::{
    Json,
    extract::State,
    http::{HeaderName, header},
};
use shared::domain::{BookingId, TicketId};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    service,
    views::{PageQuery, TicketPage, TicketView},
};
use crate::{
    app::AppState,
    extract::{Caller, PathId, ValidQuery},
    locale::{Lang, Language},
    problem::Problem,
};

/// A file that only its owner's browser may keep, and not for long.
type Download<T> = ([(HeaderName, &'static str); 3], T);

/// The routes of tickets.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(pdf))
        .routes(routes!(qr))
        .routes(routes!(booking_pdf))
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
) -> Result<Download<Vec<u8>>, Problem> {
    service::pdf(&app, caller, ticket, language.asked())
        .await
        .map(|pdf| (a_pdf("inline; filename=\"ticket.pdf\""), pdf))
}

/// The ticket's code as QR.
#[utoipa::path(get, path = "/api/tickets/{ticket}/qr.svg", tag = "tickets", params(("ticket" = TicketId, Path)),
    security(("bearer" = [])),
    responses((status = 200, content_type = "image/svg+xml", body = String), (status = 404), (status = 410)))]
async fn qr(
    State(app): State<AppState>,
    caller: Caller,
    PathId(ticket): PathId<TicketId>,
) -> Result<Download<String>, Problem> {
    let svg = service::qr(&app, caller, ticket).await?;
    Ok((download("image/svg+xml", "inline; filename=\"ticket.svg\""), svg))
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
) -> Result<Download<Vec<u8>>, Problem> {
    let pdf = service::booking_pdf(&app, caller, booking, language.asked()).await?;
    Ok((a_pdf("inline; filename=\"tickets.pdf\""), pdf))
}

fn a_pdf(disposition: &'static str) -> [(HeaderName, &'static str); 3] {
    download("application/pdf", disposition)
}

fn download(kind: &'static str, disposition: &'static str) -> [(HeaderName, &'static str); 3] {
    [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, "private, no-store"),
    ]
}
