//! `/api/check-ins`, `/api/events/{event}/door-list`, `…/door-counter`, `…/door-search`.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use shared::domain::EventId;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    search::{self, DoorQuery, DoorSearch},
    service,
    views::{DoorCounter, DoorList, ScanInput, ScanResult},
};
use crate::{
    app::AppState,
    etag::is_known,
    extract::{Caller, PathId, ValidJson, ValidQuery},
    problem::Problem,
};

/// The routes of the door.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(check_in))
        .routes(routes!(door_list))
        .routes(routes!(door_counter))
        .routes(routes!(door_search))
}

/// Decides a scan: admits once, and says why not otherwise. For staff, the event's organiser, admins.
#[utoipa::path(post, path = "/api/check-ins", tag = "door", request_body = ScanInput, security(("bearer" = [])),
    responses((status = 200, body = ScanResult), (status = 403), (status = 404, description = "No such event"),
              (status = 409, description = "The id belongs to another scan"), (status = 422)))]
async fn check_in(
    State(app): State<AppState>,
    caller: Caller,
    ValidJson(input): ValidJson<ScanInput>,
) -> Result<Json<ScanResult>, Problem> {
    service::check_in(&app, caller, input).await.map(Json)
}

/// What a door needs to work without a network. Ask again with `If-None-Match`.
#[utoipa::path(get, path = "/api/events/{event}/door-list", tag = "door", params(("event" = EventId, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = DoorList), (status = 304), (status = 403), (status = 404)))]
async fn door_list(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // The counter is read first: a list that is newer than its tag is fetched once too often, never too seldom.
    let counter = service::counter(&app, caller, event).await?;
    let tag = format!("\"{}\"", counter.version);
    let kept = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, "private, no-cache".into())];
    if is_known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let list = service::door_list(&app, counter, event).await?;
    Ok((kept, Json(list)).into_response())
}

/// How many came in.
#[utoipa::path(get, path = "/api/events/{event}/door-counter", tag = "door", params(("event" = EventId, Path)),
    security(("bearer" = [])), responses((status = 200, body = DoorCounter), (status = 403), (status = 404)))]
async fn door_counter(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
) -> Result<Json<DoorCounter>, Problem> {
    service::counter(&app, caller, event).await.map(Json)
}

/// Finds a ticket without its code: by its holder, its seat, or the number printed on it. For staff, the event's
/// organiser, admins.
#[utoipa::path(get, path = "/api/events/{event}/door-search", tag = "door",
    params(("event" = EventId, Path), DoorQuery), security(("bearer" = [])),
    responses((status = 200, body = DoorSearch), (status = 401), (status = 403), (status = 404), (status = 422),
              (status = 429)))]
async fn door_search(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
    ValidQuery(query): ValidQuery<DoorQuery>,
) -> Result<Response, Problem> {
    let found = search::search(&app, caller, event, &query).await?;
    Ok(([(header::CACHE_CONTROL, "private, no-store")], Json(found)).into_response())
}
