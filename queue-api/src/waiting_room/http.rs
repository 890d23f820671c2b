//! `/api/events/{event}/waiting-room…` and `/api/waiting-room/places/{place}…`.

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use garde::Validate;
use serde::Deserialize;
use shared::{
    domain::{EventId, LaneIndex, PlaceId},
    server::ClientAddress,
    tokens::{hex, sha256},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    asking,
    control::{self, AdmitNow, Admitting, RoomChange},
    documents::{PassDocument, PlaceDocument, RoomDocument},
    joining::{self, Knock},
    own::{self, Joined},
    schedule, service,
    who::DEVICE_HEADER,
};
use crate::{
    app::AppState,
    cookies, etag,
    extract::{Caller, PathId, ValidJson},
    problem::Problem,
};

const NO_STORE: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// What somebody joins with.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct JoinWish {
    /// The code of an invitation, in capitals or not, with dashes and blanks or without.
    #[garde(inner(length(chars, max = 100)))]
    code: Option<String>,
    /// The lane, of those that are open to whoever asks; a code that opens one goes before it.
    #[garde(skip)]
    lane: Option<LaneIndex>,
}

/// The routes of waiting rooms.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(join))
        .routes(routes!(show_own))
        .routes(routes!(show_place, leave))
        .routes(routes!(claim))
        .routes(routes!(show, change))
        .routes(routes!(admit))
        .merge(schedule::routes())
}

/// Join the waiting room of an event. Joining again gives the same place, until it is over.
///
/// Needs no account, unless the organiser wants one or an invitation: without one the device is known by a signed token, given in the cookie `onsale_device` and the
/// header `Onsale-Device`. The place's token comes as the cookie `onsale_place_<event>` too; who shows it keeps that
/// place. Answered only when the place is safe.
#[utoipa::path(
    post, path = "/api/events/{event}/waiting-room/places", tag = "waiting room",
    params(("event" = EventId, Path,),
           ("Onsale-Proof" = Option<String>, Header, description = "What `challenge-needed` asked for")),
    request_body = Option<JoinWish>,
    responses(
        (status = 202, description = "A place, with the token that proves it", body = PlaceDocument),
        (status = 403, description = "`challenge-needed`, with the puzzle; `account-needed`; `invitation-needed`, \
                                      `invitation-unknown`, `invitation-used`; `lane-needs-code`"),
        (status = 409, description = "`lobby-not-open`, `no-waiting-room`"),
        (status = 410, description = "`waiting-room-closed`"),
        (status = 429, description = "`held-back`, with the reason and the code for an appeal"),
        (status = 503, description = "Come again after `Retry-After`; a place that was given stays"),
    )
)]
async fn join(
    State(app): State<AppState>,
    PathId(event): PathId<EventId>,
    caller: Option<Caller>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    headers: HeaderMap,
    wish: Option<ValidJson<JoinWish>>,
) -> Result<Response, Problem> {
    let code = wish.as_ref().and_then(|ValidJson(wish)| wish.code.as_deref());
    let lane = wish.as_ref().and_then(|ValidJson(wish)| wish.lane);
    let knock = Knock { caller, code, lane, headers: &headers, address: address.ip() };
    let Joined { place, new_device, cookies } = joining::join(&app, event, knock).await?;
    let mut response = (StatusCode::ACCEPTED, NO_STORE, Json(place)).into_response();
    if let Some(token) = new_device {
        let token = HeaderValue::from_str(&token).map_err(Problem::internal)?;
        response.headers_mut().insert(DEVICE_HEADER, token);
    }
    cookies::set_all(&app, response, cookies)
}

/// Look at one's own place in the waiting room of an event, known by the cookie of the place.
#[utoipa::path(
    get, path = "/api/events/{event}/waiting-room/place", tag = "waiting room",
    params(("event" = EventId, Path,), ("Onsale-Place" = Option<String>, Header, description = "Token of the place, where its cookie is not sent")),
    responses(
        (status = 200, description = "The place, with its token", body = PlaceDocument),
        (status = 401, description = "`Onsale-Place` is there and not good"),
        (status = 404, description = "`no-place`"),
    )
)]
async fn show_own(
    State(app): State<AppState>,
    PathId(event): PathId<EventId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let shown = own::shown(&app, event, &headers)?;
    let place = asking::ask(&app, &shown.claims).await?;
    Ok((NO_STORE, Json(PlaceDocument { token: Some(shown.token), ..place })).into_response())
}

/// Look at one's place.
#[utoipa::path(
    get, path = "/api/waiting-room/places/{place}", tag = "waiting room",
    params(("place" = PlaceId, Path,), ("Onsale-Place" = Option<String>, Header, description = "Token of the place, where its cookie is not sent")),
    responses((status = 200, description = "The place", body = PlaceDocument), (status = 401), (status = 404))
)]
async fn show_place(
    State(app): State<AppState>,
    PathId(place): PathId<PlaceId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let claims = own::proven(&app, place, &headers)?;
    let place = asking::ask(&app, &claims).await?;
    Ok((NO_STORE, Json(place)).into_response())
}

/// Give up one's place, offer or pass; its cookies are taken away. Doing it again changes nothing.
#[utoipa::path(
    delete, path = "/api/waiting-room/places/{place}", tag = "waiting room",
    params(("place" = PlaceId, Path,), ("Onsale-Place" = Option<String>, Header, description = "Token of the place, where its cookie is not sent")),
    responses((status = 204, description = "It is free for others"), (status = 401), (status = 404))
)]
async fn leave(
    State(app): State<AppState>,
    PathId(place): PathId<PlaceId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let claims = own::proven(&app, place, &headers)?;
    service::leave(&app, &claims).await?;
    cookies::set_all(&app, StatusCode::NO_CONTENT.into_response(), own::given_up(claims.event))
}

/// Come in: turns the offer into a pass, also given as the cookie `onsale_pass_<event>`. Again within its life: the
/// same pass.
#[utoipa::path(
    post, path = "/api/waiting-room/places/{place}/claim", tag = "waiting room",
    params(("place" = PlaceId, Path,), ("Onsale-Place" = Option<String>, Header, description = "Token of the place, where its cookie is not sent")),
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
    let claims = own::proven(&app, place, &headers)?;
    let (pass, cookie) = service::claim(&app, &claims).await?;
    cookies::set_all(&app, (NO_STORE, Json(pass)).into_response(), [cookie])
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
