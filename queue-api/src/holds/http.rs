//! `/api/events/{event}/holds`, `/api/holds/{hold}`.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use shared::domain::{EventId, HoldId};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{service, views::HoldView, wish::HoldInput};
use crate::{
    app::AppState,
    extract::{Caller, PathId, ValidJson},
    locale::{Lang, Language},
    problem::Problem,
};

/// The routes of holds.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(show, release))
}

/// Locks seats or standing places for a while: all that is asked for, or nothing.
#[utoipa::path(post, path = "/api/events/{event}/holds", tag = "holds", request_body = HoldInput,
    params(("event" = EventId, Path),
           ("onsale-pass" = Option<String>, Header, description = "Needed where demand is `queue`"),
           ("idempotency-key" = Option<String>, Header), Lang),
    security(("bearer" = [])),
    responses((status = 201, body = HoldView), (status = 403, description = "The pass is missing, foreign or over"),
              (status = 409, description = "Seats are gone and named; an area is full; the limit is reached"),
              (status = 422)))]
async fn create(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
    language: Language,
    headers: HeaderMap,
    ValidJson(input): ValidJson<HoldInput>,
) -> Result<Response, Problem> {
    let (hold, event) = service::create(&app, caller, event, &headers, input).await?;
    let location = [(header::LOCATION, format!("/api/holds/{}", hold.hold_id))];
    let view = HoldView::new(&hold, &event, app.clock.now(), language.spoken())?;
    Ok((StatusCode::CREATED, location, Json(view)).into_response())
}

/// A living hold of the caller.
#[utoipa::path(get, path = "/api/holds/{hold}", tag = "holds", params(("hold" = HoldId, Path), Lang),
    security(("bearer" = [])), responses((status = 200, body = HoldView), (status = 404)))]
async fn show(
    State(app): State<AppState>,
    caller: Caller,
    language: Language,
    PathId(hold): PathId<HoldId>,
) -> Result<Json<HoldView>, Problem> {
    let (hold, event) = service::own(&app, caller, hold).await?;
    HoldView::new(&hold, &event, app.clock.now(), language.spoken()).map(Json)
}

/// Gives a hold back.
#[utoipa::path(delete, path = "/api/holds/{hold}", tag = "holds", params(("hold" = HoldId, Path)),
    security(("bearer" = [])),
    responses((status = 204), (status = 404), (status = 409, description = "A booking was accepted for it")))]
async fn release(
    State(app): State<AppState>,
    caller: Caller,
    PathId(hold): PathId<HoldId>,
) -> Result<StatusCode, Problem> {
    service::release(&app, caller, hold).await?;
    Ok(StatusCode::NO_CONTENT)
}
