//! `/api/venues…`.

use axum::{
    Json,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use garde::Validate;
use serde::{Deserialize, Serialize};
use shared::domain::{SeatMapDocument, VenueId};
use time::OffsetDateTime;
use utoipa::ToSchema;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt as _},
    routes,
};

use super::service;
use crate::{
    accounts::a_name,
    app::AppState,
    extract::{Caller, PathId, ValidJson},
    problem::Problem,
    seat_maps::SEAT_MAP_BYTES,
};

/// The routes of venues.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create).layer(DefaultBodyLimit::max(SEAT_MAP_BYTES)))
        .routes(routes!(show, change, delete).layer(DefaultBodyLimit::max(SEAT_MAP_BYTES)))
}

/// A house as it is given.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VenueInput {
    /// Unique among the organiser's, whether in capitals or not.
    #[garde(custom(a_name))]
    pub name: String,
    /// Its seats, as `PUT /api/events/{event}/seat-map` takes them.
    #[garde(skip)]
    pub document: SeatMapDocument,
}

/// A house.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Venue {
    pub id: VenueId,
    pub name: String,
    /// Names the geometry, which is at `/api/seat-maps/{hash}`.
    pub seat_map_hash: String,
    pub seat_count: u32,
    #[serde(with = "time::serde::rfc3339")]
    pub updated_at: OffsetDateTime,
    /// Grows with every change; the ETag.
    pub version: i64,
}

/// The caller's houses, by name.
#[utoipa::path(get, path = "/api/venues", tag = "organisers", security(("bearer" = [])),
    responses((status = 200, body = [Venue]), (status = 401), (status = 403)))]
async fn list(State(app): State<AppState>, caller: Caller) -> Result<Json<Vec<Venue>>, Problem> {
    service::list(&app, caller).await.map(Json)
}

/// Keep a house with its seat map.
#[utoipa::path(post, path = "/api/venues", tag = "organisers", request_body = VenueInput, security(("bearer" = [])),
    responses((status = 201, body = Venue), (status = 401), (status = 403),
              (status = 409, description = "`venue-exists`, `too-many-venues`"),
              (status = 422, description = "Every fault is named by its field")))]
async fn create(
    State(app): State<AppState>,
    caller: Caller,
    ValidJson(input): ValidJson<VenueInput>,
) -> Result<Response, Problem> {
    let venue = service::create(&app, caller, input).await?;
    let location = [(header::LOCATION, format!("/api/venues/{}", venue.id))];
    Ok((StatusCode::CREATED, location, tagged(venue)).into_response())
}

/// One house of the caller.
#[utoipa::path(get, path = "/api/venues/{venue}", tag = "organisers", params(("venue" = VenueId, Path)),
    security(("bearer" = [])), responses((status = 200, body = Venue), (status = 401), (status = 403), (status = 404)))]
async fn show(
    State(app): State<AppState>,
    caller: Caller,
    PathId(venue): PathId<VenueId>,
) -> Result<Response, Problem> {
    service::own(&app, caller, venue).await.map(|venue| tagged(venue).into_response())
}

/// Change a house. Events that took its map keep the one they took.
#[utoipa::path(put, path = "/api/venues/{venue}", tag = "organisers", params(("venue" = VenueId, Path)),
    request_body = VenueInput, security(("bearer" = [])),
    responses((status = 200, body = Venue), (status = 401), (status = 403), (status = 404),
              (status = 409, description = "`venue-exists`"), (status = 412), (status = 422)))]
async fn change(
    State(app): State<AppState>,
    caller: Caller,
    PathId(venue): PathId<VenueId>,
    headers: HeaderMap,
    ValidJson(input): ValidJson<VenueInput>,
) -> Result<Response, Problem> {
    let venue = service::change(&app, caller, venue, &headers, input).await?;
    Ok(tagged(venue).into_response())
}

/// Take a house out of the library. Events that took its map keep it; doing it again changes nothing.
#[utoipa::path(delete, path = "/api/venues/{venue}", tag = "organisers", params(("venue" = VenueId, Path)),
    security(("bearer" = [])), responses((status = 204), (status = 401), (status = 403)))]
async fn delete(
    State(app): State<AppState>,
    caller: Caller,
    PathId(venue): PathId<VenueId>,
) -> Result<StatusCode, Problem> {
    service::delete(&app, caller, venue).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn tagged(venue: Venue) -> ([(header::HeaderName, String); 1], Json<Venue>) {
    ([(header::ETAG, format!("\"{}\"", venue.version))], Json(venue))
}
