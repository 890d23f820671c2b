//! `/api/events/{event}/waiting-list…`.

use axum::{Json, extract::State, http::StatusCode};
use garde::Validate;
use serde::Deserialize;
use shared::domain::{EventId, TierIndex};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    service,
    views::{EntryView, ListSummary, ListView},
};
use crate::{
    app::AppState,
    events::owned,
    extract::{Caller, PathId, ValidJson},
    problem::Problem,
};

/// The routes of waiting lists.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(look, join, leave)).routes(routes!(summary, change))
}

/// What one wants.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WaitingListWish {
    /// How many tickets, from 1 to the event's limit.
    #[garde(skip)]
    pub(super) quantity: u32,
    /// Only of this tier; null: any.
    #[garde(skip)]
    #[serde(default)]
    pub(super) tier: Option<TierIndex>,
    /// Side by side; an area for standing is always that.
    #[garde(skip)]
    #[serde(default)]
    pub(super) together: bool,
    /// Where the offer goes, of a guest who has not told it.
    #[garde(inner(email, length(max = 254)))]
    #[serde(default)]
    pub(super) email: Option<String>,
}

/// What an organiser sets.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WaitingListSettings {
    /// Off: nobody joins, nothing is offered, what returns is for everybody; who waits stays on the list.
    #[garde(skip)]
    pub(super) enabled: bool,
    /// How long an offer stands; shorter when the event is near.
    #[garde(range(min = 1, max = 2880))]
    pub(super) offer_minutes: i32,
}

/// Whether one can join, and the caller's own entry.
#[utoipa::path(get, path = "/api/events/{event}/waiting-list", tag = "waiting list",
    params(("event" = EventId, Path)), responses((status = 200, body = ListView), (status = 404)))]
async fn look(
    State(app): State<AppState>,
    caller: Option<Caller>,
    PathId(event): PathId<EventId>,
) -> Result<Json<ListView>, Problem> {
    service::look(&app, caller, event).await.map(Json)
}

/// Joins at the end. One entry a person; a guest needs an e-mail address, for the offer goes by mail.
#[utoipa::path(post, path = "/api/events/{event}/waiting-list", tag = "waiting list", request_body = WaitingListWish,
    params(("event" = EventId, Path), ("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = EntryView), (status = 401), (status = 404),
              (status = 409, description = "`on-the-list`, `not-sold-out`, `waiting-list-off`, `not-on-sale`"),
              (status = 422, description = "`quantity`, `tier` or `email` is wrong")))]
async fn join(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
    ValidJson(wish): ValidJson<WaitingListWish>,
) -> Result<(StatusCode, Json<EntryView>), Problem> {
    let entry = service::join(&app, caller, event, &wish).await?;
    Ok((StatusCode::CREATED, Json(entry)))
}

/// Leaves the list; what is offered is given back, and the next one gets it.
#[utoipa::path(delete, path = "/api/events/{event}/waiting-list", tag = "waiting list",
    params(("event" = EventId, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 401), (status = 404, description = "Not on the list"),
              (status = 409, description = "`booking-accepted`: the offer is being booked")))]
async fn leave(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
) -> Result<StatusCode, Problem> {
    service::leave(&app, caller, event).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How long the list is, by what is wanted. For the event's organiser; there is none for others.
#[utoipa::path(get, path = "/api/events/{event}/waiting-list/summary", tag = "organisers",
    params(("event" = EventId, Path)), security(("bearer" = [])),
    responses((status = 200, body = ListSummary), (status = 401), (status = 404)))]
async fn summary(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
) -> Result<Json<ListSummary>, Problem> {
    let event = owned(&app, caller, event).await?;
    service::summary(&app, event.id).await.map(Json)
}

/// Switches the list on or off, and sets how long offers stand. For the event's organiser.
#[utoipa::path(put, path = "/api/events/{event}/waiting-list/summary", tag = "organisers",
    request_body = WaitingListSettings, params(("event" = EventId, Path)), security(("bearer" = [])),
    responses((status = 200, body = ListSummary), (status = 401), (status = 404), (status = 422)))]
async fn change(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
    ValidJson(settings): ValidJson<WaitingListSettings>,
) -> Result<Json<ListSummary>, Problem> {
    let event = owned(&app, caller, event).await?;
    service::change(&app, event.id, &settings).await.map(Json)
}
