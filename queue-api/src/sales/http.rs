//! `/api/events/{event}/sales…`.

use std::sync::Arc;

use axum::{Json, extract::State};
use shared::domain::EventId;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    service,
    views::{SalesHistory, SalesReport},
};
use crate::{
    app::AppState,
    events::owned,
    extract::{Caller, PathId},
    problem::Problem,
};

/// The routes of sales.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(report)).routes(routes!(history))
}

/// How the sale goes now, at most a second old: stock, money, bookings, mails, waiting room. Cheap enough to be asked
/// for every second or two. For the event's organiser; there is none for others.
#[utoipa::path(get, path = "/api/events/{event}/sales", tag = "organisers", params(("event" = EventId, Path)),
    responses((status = 200, body = SalesReport), (status = 401), (status = 404),
              (status = 503, description = "An engine is away; ask again")),
    security(("bearer" = [])))]
async fn report(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
) -> Result<Json<Arc<SalesReport>>, Problem> {
    let event = owned(&app, caller, event).await?;
    service::report(&app, event).await.map(Json)
}

/// The last 60 minutes, one entry a minute, the one that is not over yet last. For the event's organiser; there is
/// none for others.
#[utoipa::path(get, path = "/api/events/{event}/sales/history", tag = "organisers", params(("event" = EventId, Path)),
    responses((status = 200, body = SalesHistory), (status = 401), (status = 404)),
    security(("bearer" = [])))]
async fn history(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
) -> Result<Json<SalesHistory>, Problem> {
    let event = owned(&app, caller, event).await?;
    service::history(&app, &event).await.map(Json)
}
