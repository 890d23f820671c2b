//! `/api/events/{event}/seat-map`, `/api/seat-maps/{hash}`, `/api/events/{event}/seats`.

use axum::{
    Json,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use garde::Validate;
use serde::{Deserialize, Serialize};
use shared::domain::{
    Area, AreaIndex, EventId, EventStatus, SeatIndex, SeatMap, SeatMapDocument,
    seat_map::{Background, Landmark, Section, import::MAX_FILE_BYTES},
};
use utoipa::ToSchema;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt as _},
    routes,
};

use super::{blocking, exchange, files, service};
use crate::{
    app::AppState,
    etag::is_known,
    events::{if_match, organised, owned, visible},
    extract::{Caller, PathId, ValidJson},
    picture::PICTURE_BYTES,
    problem::Problem,
};

/// Most bytes of a seat map: 100,000 seats that lie where a drawing has them, all of them blocked, fit.
pub(crate) const SEAT_MAP_BYTES: usize = 4 * 1024 * 1024;
/// The version of the live view in an answer.
const VERSION: HeaderName = HeaderName::from_static("onsale-view-version");
/// The hash of the geometry that the view belongs to.
const SEAT_MAP: HeaderName = HeaderName::from_static("onsale-seat-map");
/// The version of the event: its map and prices may be others when it grows.
const EVENT_VERSION: HeaderName = HeaderName::from_static("onsale-event-version");

/// The routes of seat maps.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(of_event, replace).layer(DefaultBodyLimit::max(SEAT_MAP_BYTES)))
        .routes(routes!(blocked_seats))
        .routes(routes!(by_hash))
        .routes(routes!(seats, blocking::change))
        .routes(routes!(blocking::repair))
        .routes(routes!(exchange::import).layer(DefaultBodyLimit::max(MAX_FILE_BYTES)))
        .routes(routes!(exchange::export))
        .routes(routes!(files::keep_view).layer(DefaultBodyLimit::max(PICTURE_BYTES)))
        .routes(routes!(files::show))
}

/// The seats and areas of an event: rows and areas as in the geometry document, and the seats not for sale.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
struct SeatMapInput {
    #[serde(default)]
    sections: Vec<Section>,
    #[serde(default)]
    areas: Vec<Area>,
    #[serde(default)]
    landmarks: Vec<Landmark>,
    background: Option<Background>,
    identities: Option<String>,
    /// Indexes of seats that are not for sale.
    #[serde(default)]
    blocked: Vec<SeatIndex>,
}

/// What a seat map was understood as.
#[derive(Serialize, ToSchema)]
struct SeatMapSummary {
    /// Names the geometry.
    hash: String,
    /// Where the geometry is, for ever.
    href: String,
    seat_count: u32,
    /// Seats that are not for sale.
    blocked: Vec<SeatIndex>,
}

/// Seats that are not for sale.
#[derive(Serialize, ToSchema)]
struct BlockedSeats {
    /// Their indexes, rising.
    blocked: Vec<SeatIndex>,
}

/// The states of all seats.
#[derive(Serialize, ToSchema)]
struct SeatsView {
    /// A change over the socket whose version is not the next one was missed: take the snapshot again.
    version: u64,
    seat_count: u32,
    /// By seat index: 0 available, 1 held, 2 sold, 3 blocked.
    seats: Vec<u8>,
    areas: Vec<AreaView>,
}

/// What is left of a standing area.
#[derive(Serialize, ToSchema)]
struct AreaView {
    area: AreaIndex,
    capacity: u32,
    available: u32,
}

/// Gives an event its seats. While its sale runs the seats have to stay the same: then only their tiers, their marks, what is
/// drawn around them and which are not for sale may differ.
#[utoipa::path(put, path = "/api/events/{event}/seat-map", tag = "seat maps", params(("event" = EventId, Path)),
    request_body = SeatMapInput, security(("bearer" = [])),
    responses((status = 200, body = SeatMapSummary), (status = 409), (status = 412),
              (status = 422, description = "Every fault is named by its field")))]
async fn replace(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
    headers: HeaderMap,
    ValidJson(input): ValidJson<SeatMapInput>,
) -> Result<Json<SeatMapSummary>, Problem> {
    let event = organised(&app, caller, event).await?;
    if_match(&headers, &event)?;
    let SeatMapInput { sections, areas, landmarks, background, identities, blocked } = input;
    let map = service::parse_in(SeatMapDocument { sections, areas, landmarks, background, identities }, "")?;
    service::replace(&app, &event, &map, blocked).await?;
    Ok(Json(SeatMapSummary {
        hash: map.hash().to_owned(),
        href: address(&map),
        seat_count: map.seat_count(),
        blocked: service::blocked(&app, event.id).await?,
    }))
}

/// The geometry of an event as it is now.
#[utoipa::path(get, path = "/api/events/{event}/seat-map", tag = "seat maps", params(("event" = EventId, Path)),
    responses((status = 200, body = SeatMapDocument), (status = 304), (status = 404)))]
async fn of_event(
    State(app): State<AppState>,
    caller: Option<Caller>,
    PathId(event): PathId<EventId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let event = visible(&app, caller, event).await?;
    let map = service::map_of(&event)?;
    let mut answer = geometry(&map, "no-cache", &headers);
    if let Ok(location) = HeaderValue::from_str(&address(&map)) {
        answer.headers_mut().insert(header::CONTENT_LOCATION, location);
    }
    Ok(answer)
}

/// The seats of an event that are not for sale, of a draft too. For the event's organiser; there is none for others.
#[utoipa::path(get, path = "/api/events/{event}/blocked-seats", tag = "organisers",
    params(("event" = EventId, Path)), security(("bearer" = [])),
    responses((status = 200, body = BlockedSeats), (status = 401), (status = 404)))]
async fn blocked_seats(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
) -> Result<Json<BlockedSeats>, Problem> {
    let event = owned(&app, caller, event).await?;
    let blocked = service::blocked(&app, event.id).await?;
    Ok(Json(BlockedSeats { blocked }))
}

/// A geometry by its hash; it never changes.
#[utoipa::path(get, path = "/api/seat-maps/{hash}", tag = "seat maps", params(("hash" = String, Path)),
    responses((status = 200, body = SeatMapDocument), (status = 304), (status = 404)))]
async fn by_hash(
    State(app): State<AppState>,
    PathId(hash): PathId<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let map = service::by_hash(&app, &hash).await?;
    Ok(geometry(&map, "public, max-age=31536000, immutable", &headers))
}

/// The states of all seats: two bits a seat, the first in the two most significant bits of the first byte
/// (0 available, 1 held, 2 sold, 3 blocked), or JSON when `Accept` asks for it.
#[utoipa::path(get, path = "/api/events/{event}/seats", tag = "seat maps", params(("event" = EventId, Path)),
    responses((status = 200, content((Vec<u8> = "application/octet-stream"), (SeatsView = "application/json")),
               headers(("onsale-view-version" = u64, description = "Version of the view"),
                       ("onsale-seat-map" = String, description = "Hash of the geometry it belongs to"),
                       ("onsale-event-version" = i64, description = "Version of the event, which grows when its prices change"))),
              (status = 304), (status = 404)))]
async fn seats(
    State(app): State<AppState>,
    PathId(event): PathId<EventId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let event = visible(&app, None, event).await?;
    if event.status != EventStatus::Published {
        return Err(Problem::not_found("live view"));
    }
    let view = service::view(&app, &event).await?;
    let json = wants_json(&headers);
    let tag = format!("\"{}{}\"", view.version, if json { ".json" } else { "" });
    let stamp = [
        (header::ETAG, tag.clone()),
        (VERSION, view.version.to_string()),
        (SEAT_MAP, event.seat_map.as_ref().map(|map| map.hash().to_owned()).unwrap_or_default()),
        (EVENT_VERSION, event.version.to_string()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::VARY, "accept".to_owned()),
    ];
    if is_known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, stamp).into_response());
    }
    if !json {
        let binary = [(header::CONTENT_TYPE, "application/octet-stream")];
        return Ok((stamp, binary, view.states.into_bytes()).into_response());
    }
    let stock = app.holds.stock(event.id).await?;
    let areas = stock.areas.iter().map(|area| AreaView {
        area: area.area,
        capacity: area.capacity,
        available: area.available(),
    });
    let seat_count = view.states.seat_count();
    let seats = (0..seat_count).map(|seat| view.states.get(seat) as u8).collect();
    let body = SeatsView { version: view.version, seat_count, seats, areas: areas.collect() };
    Ok((stamp, Json(body)).into_response())
}

fn address(map: &SeatMap) -> String {
    format!("/api/seat-maps/{}", map.hash())
}

fn geometry(map: &SeatMap, cache: &'static str, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", map.hash());
    let stamp = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, cache.to_owned())];
    if is_known(headers, &tag) {
        return (StatusCode::NOT_MODIFIED, stamp).into_response();
    }
    let json = [(header::CONTENT_TYPE, "application/json")];
    (stamp, json, map.canonical_json().to_owned()).into_response()
}

fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    accept.contains("application/json") && !accept.contains("application/octet-stream")
}
