//! `/api/events/{event}/bookings…`.

use axum::{Json, body::Body, extract::State, response::Response};
use shared::domain::EventId;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    export, service,
    views::{OrderPage, OrderQuery},
};
use crate::{
    app::AppState,
    download,
    events::owned,
    extract::{Caller, PathId, ValidQuery},
    problem::Problem,
};

/// The routes of orders.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(table))
}

/// The bookings of an event, newest first: decided ones and those that are processed right now. For the event's
/// organiser; there is none for others.
#[utoipa::path(get, path = "/api/events/{event}/bookings", tag = "organisers",
    params(("event" = EventId, Path), OrderQuery),
    responses((status = 200, body = OrderPage), (status = 401), (status = 404), (status = 422)),
    security(("bearer" = [])))]
async fn list(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
    ValidQuery(query): ValidQuery<OrderQuery>,
) -> Result<Json<OrderPage>, Problem> {
    let event = owned(&app, caller, event).await?;
    service::list(&app, &event, &query).await.map(Json)
}

/// All bookings of an event as a table (RFC 4180, UTF-8, a line of headings), oldest first. For the event's
/// organiser; there is none for others.
#[utoipa::path(get, path = "/api/events/{event}/bookings.csv", tag = "organisers", params(("event" = EventId, Path)),
    responses((status = 200, body = String, content_type = "text/csv; charset=utf-8; header=present"),
              (status = 401), (status = 404)),
    security(("bearer" = [])))]
async fn table(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
) -> Result<Response, Problem> {
    let event = owned(&app, caller, event).await?;
    let name = format!("bookings-{}.csv", event.id);
    let lines = Body::from_stream(export::lines(&app, event).await?);
    Ok(download::file("text/csv; charset=utf-8; header=present", "attachment", &name, lines))
}
