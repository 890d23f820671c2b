//! `/api/events/{event}/waiting-room…` and `/api/waiting-room/places/{place}…`.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use shared::{
    domain::{EventId, PlaceId},
    tokens::{hex, sha256},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    control::{self, AdmitNow, Admitting, RoomChange},
    documents::{PassDocument, PlaceDocument, RoomDocument},
    service,
    who::DEVICE_HEADER,
};
use crate::{
    app::AppState,
    cookies, etag,
    extract::{Caller, PathId, ValidJson},
    problem::Problem,
};

/// Life of a device token's cookie: a year.
const DEVICE_COOKIE_S: i64 = 365 * 24 * 3_600;

/// The routes of waiting rooms.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(join))
        .routes(routes!(show_place, leave))
        .routes(routes!(claim))
        .routes(routes!(show, change))
        .routes(routes!(admit))
}

/// Join the waiting room of an event. Joining again gives the same place, until it is over.
///
/// Needs no account: without one the device is known by a signed token, given in the cookie `onsale_device` and the
/// header `Onsale-Device`. Answered only when the place is safe.
#[utoipa::path(
    post, path = "/api/events/{event}/waiting-room/places", tag = "waiting room",
    params(("event" = EventId, Path,)),
    responses(
        (status = 202, description = "A place, with the token that proves it", body = PlaceDocument),
        (status = 409, description = "`lobby-not-open`, `no-waiting-room`"),
        (status = 410, description = "`waiting-room-closed`"),
        (status = 503, description = "Come again after `Retry-After`; a place that was given stays"),
    )
)]
async fn join(
    State(app): State<AppState>,
    PathId(event): PathId<EventId>,
    caller: Option<Caller>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (place, new_device) = service::join(&app, event, caller, &headers).await?;
    let mut response = (StatusCode::ACCEPTED, Json(place)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(token) = new_device {
        headers.insert(DEVICE_HEADER, HeaderValue::from_str(&token).map_err(Problem::internal)?);
        cookies::set(&app, headers, cookies::everywhere(cookies::DEVICE, token, DEVICE_COOKIE_S))?;
    }
    Ok(response)
}

/// Look at one's place.
#[utoipa::path(
    get, path = "/api/waiting-room/places/{place}", tag = "waiting room",
    params(("place" = PlaceId, Path,), ("Onsale-Place" = String, Header, description = "Token of the place")),
    responses((status = 200, description = "The place", body = PlaceDocument), (status = 401), (status = 404))
)]
async fn show_place(
    State(app): State<AppState>,
    PathId(place): PathId<PlaceId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let claims = service::proven(&app, place, &headers)?;
    let place = service::look_up(&app, &claims).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(place)).into_response())
}

/// Give up one's place, offer or pass. Doing it again changes nothing.
#[utoipa::path(
    delete, path = "/api/waiting-room/places/{place}", tag = "waiting room",
    params(("place" = PlaceId, Path,), ("Onsale-Place" = String, Header, description = "Token of the place")),
    responses((status = 204, description = "It is free for others"), (status = 401), (status = 404))
)]
async fn leave(
    State(app): State<AppState>,
    PathId(place): PathId<PlaceId>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let claims = service::proven(&app, place, &headers)?;
    service::leave(&app, &claims).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Come in: turns the offer into a pass. Again within its life: the same pass.
#[utoipa::path(
    post, path = "/api/waiting-room/places/{place}/claim", tag = "waiting room",
    params(("place" = PlaceId, Path,), ("Onsale-Place" = String, Header, description = "Token of the place")),
    responses(
        (status = 200, description = "The pass, for the header `Onsale-Pass`", body = PassDocument),
        (status = 401), (status = 404),
        (status = 409, description = "`not-your-turn`"),
        (status = 410, description = "`offer-over`, `place-left`, `waiting-room-closed`"),
    )
)]
async fn claim(
    State(app): State<AppState>,
    PathId(place): PathId<PlaceId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let claims = service::proven(&app, place, &headers)?;
    let pass = service::claim(&app, &claims).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(pass)).into_response())
}

/// The public status of a waiting room: small, the same for everybody, cacheable.
#[utoipa::path(
    get, path = "/api/events/{event}/waiting-room", tag = "waiting room",
    params(("event" = EventId, Path,)),
    responses((status = 200, description = "The room", body = RoomDocument), (status = 304), (status = 404))
)]
async fn show(
    State(app): State<AppState>,
    PathId(event): PathId<EventId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let body = serde_json::to_vec(&service::status(&app, event).await?).map_err(Problem::internal)?;
    let etag = format!("\"{}\"", hex(&sha256(&body)[..12]));
    let known = etag::is_known(&headers, &etag);
    let caching = [
        (header::CACHE_CONTROL, "public, max-age=1, stale-while-revalidate=2".to_owned()),
        (header::ETAG, etag),
        (header::CONTENT_TYPE, "application/json".to_owned()),
    ];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    Ok((caching, body).into_response())
}

/// Pause, resume, open early, close, or set the pace.
#[utoipa::path(
    patch, path = "/api/events/{event}/waiting-room", tag = "waiting room", security(("bearer" = [])),
    params(("event" = EventId, Path,)), request_body = RoomChange,
    responses(
        (status = 200, description = "The room", body = RoomDocument),
        (status = 403), (status = 404), (status = 409, description = "`wrong-phase`"),
    )
)]
async fn change(
    State(app): State<AppState>,
    PathId(event): PathId<EventId>,
    caller: Caller,
    ValidJson(change): ValidJson<RoomChange>,
) -> Result<Json<RoomDocument>, Problem> {
    control::change(&app, event, caller, &change).await.map(Json)
}

/// Let the next places in now: beyond the rate, also while paused, never beyond the cap.
#[utoipa::path(
    post, path = "/api/events/{event}/waiting-room/admit", tag = "waiting room", security(("bearer" = [])),
    params(("event" = EventId, Path,)), request_body = AdmitNow,
    responses(
        (status = 200, description = "How many may come in", body = Admitting),
        (status = 403), (status = 404), (status = 409, description = "`wrong-phase`"),
    )
)]
async fn admit(
    State(app): State<AppState>,
    PathId(event): PathId<EventId>,
    caller: Caller,
    ValidJson(admit): ValidJson<AdmitNow>,
) -> Result<Json<Admitting>, Problem> {
    control::admit(&app, event, caller, admit.count).await.map(Json)
}
