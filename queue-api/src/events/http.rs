//! `/api/events…`: the catalogue, and what organisers do.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use shared::{domain::EventId, store::events::EventRecord};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    checklist::{self, Checklist},
    fields::{EventChange, EventFields},
    listing::{self, ListQuery},
    service,
    views::{EventDetail, EventPage},
};
use crate::{
    app::{App, AppState},
    etag::is_known,
    extract::{Caller, PathId, ValidJson, ValidQuery},
    problem::Problem,
};

/// The routes of events.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change, delete))
        .routes(routes!(publish))
        .routes(routes!(publish_checklist))
        .routes(routes!(cancel))
}

/// The catalogue of published events, or the caller's own.
#[utoipa::path(get, path = "/api/events", tag = "events", params(ListQuery),
    responses((status = 200, body = EventPage), (status = 422, description = "A filter or the cursor is wrong")))]
async fn list(
    State(app): State<AppState>,
    caller: Option<Caller>,
    ValidQuery(query): ValidQuery<ListQuery>,
) -> Result<Json<EventPage>, Problem> {
    listing::list(&app, caller, query).await.map(Json)
}

/// One event. A draft is seen by its organiser only.
#[utoipa::path(get, path = "/api/events/{event}", tag = "events", params(("event" = EventId, Path)),
    responses((status = 200, body = EventDetail), (status = 304), (status = 404)))]
async fn show(
    State(app): State<AppState>,
    caller: Option<Caller>,
    PathId(event): PathId<EventId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let event = service::visible(&app, caller, event).await?;
    let answer = detail(&app, &event).await;
    let tag = answer.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok());
    if let Some(tag) = tag.filter(|tag| is_known(&headers, tag)) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag.to_owned())]).into_response());
    }
    Ok(answer)
}

/// Makes a draft.
#[utoipa::path(post, path = "/api/events", tag = "events", request_body = EventFields, security(("bearer" = [])),
    responses((status = 201, body = EventDetail), (status = 403), (status = 422)))]
async fn create(
    State(app): State<AppState>,
    caller: Caller,
    ValidJson(fields): ValidJson<EventFields>,
) -> Result<Response, Problem> {
    let event = service::create(&app, caller, fields).await?;
    let location = [(header::LOCATION, format!("/api/events/{}", event.id))];
    Ok((StatusCode::CREATED, location, detail(&app, &event).await).into_response())
}

/// Changes an event. `If-Match` with its ETag makes sure that nobody else changed it meanwhile.
#[utoipa::path(patch, path = "/api/events/{event}", tag = "events", params(("event" = EventId, Path)),
    request_body = EventChange, security(("bearer" = [])),
    responses((status = 200, body = EventDetail), (status = 409), (status = 412), (status = 422)))]
async fn change(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
    headers: HeaderMap,
    ValidJson(change): ValidJson<EventChange>,
) -> Result<Response, Problem> {
    let event = service::organised(&app, caller, event).await?;
    service::if_match(&headers, &event)?;
    let event = service::change(&app, caller, &event, change).await?;
    Ok(detail(&app, &event).await)
}

/// Deletes a draft.
#[utoipa::path(delete, path = "/api/events/{event}", tag = "events", params(("event" = EventId, Path)),
    security(("bearer" = [])), responses((status = 204), (status = 409, description = "It was published")))]
async fn delete(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let event = service::organised(&app, caller, event).await?;
    service::if_match(&headers, &event)?;
    service::delete(&app, &event).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Publishes a draft, or names everything that is missing for it.
#[utoipa::path(post, path = "/api/events/{event}/publish", tag = "events", params(("event" = EventId, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = EventDetail), (status = 422, description = "Not ready; errors name what is missing")))]
async fn publish(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
) -> Result<Response, Problem> {
    let event = service::organised(&app, caller, event).await?;
    let event = service::publish(&app, &event).await?;
    Ok(detail(&app, &event).await)
}

/// What is missing for publication, the same list that publishing answers. For the event's organiser; there is none
/// for others.
#[utoipa::path(get, path = "/api/events/{event}/publish-checklist", tag = "organisers",
    params(("event" = EventId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Checklist), (status = 401), (status = 404)))]
async fn publish_checklist(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
) -> Result<Json<Checklist>, Problem> {
    service::owned(&app, caller, event).await?;
    // As it is now: the organiser has just changed it, perhaps through another process.
    let event = service::organised(&app, caller, event).await?;
    checklist::of(&app, &event).await.map(Json)
}

/// Calls an event off; every booking is cancelled and refunded.
#[utoipa::path(post, path = "/api/events/{event}/cancel", tag = "events", params(("event" = EventId, Path)),
    security(("bearer" = [])), responses((status = 200, body = EventDetail), (status = 409)))]
async fn cancel(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
) -> Result<Response, Problem> {
    let event = service::organised(&app, caller, event).await?;
    let event = service::cancel(&app, &event).await?;
    Ok(detail(&app, &event).await)
}

/// The event with its ETag: its version, and what is still to be had.
async fn detail(app: &App, event: &EventRecord) -> Response {
    let stock = service::stock(app, event).await;
    let waiting_room = service::draft_room(app, event).await;
    let left = stock.as_ref().map_or_else(|| "-".to_owned(), |stock| stock.available().to_string());
    let body = EventDetail::new(event, stock.as_ref(), waiting_room, app.clock.now());
    let mut response = Json(body).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}.{left}\"", event.version)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
