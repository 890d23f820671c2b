//! `/api/events/{event}/waiting-room/planned-changes…`.

use axum::{Json, extract::State, http::StatusCode};
use shared::domain::EventId;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::service::{self, PlanChange, PlannedChange};
use crate::{
    app::AppState,
    extract::{Caller, PathId, ValidJson},
    problem::Problem,
};

/// The routes of planned changes.
pub(in crate::waiting_room) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(planned, plan)).routes(routes!(cancel))
}

/// What is planned for a waiting room, the next first; then what became of the last ones.
#[utoipa::path(
    get, path = "/api/events/{event}/waiting-room/planned-changes", tag = "waiting room",
    security(("bearer" = [])), params(("event" = EventId, Path,)),
    responses(
        (status = 200, description = "Those to come, then the last ten that were settled", body = [PlannedChange]),
        (status = 401), (status = 403), (status = 404),
    )
)]
async fn planned(
    State(app): State<AppState>,
    PathId(event): PathId<EventId>,
    caller: Caller,
) -> Result<Json<Vec<PlannedChange>>, Problem> {
    service::planned(&app, event, caller).await.map(Json)
}

/// Plan a change of a waiting room: pace, pause, resume, open or close at a time to come.
#[utoipa::path(
    post, path = "/api/events/{event}/waiting-room/planned-changes", tag = "waiting room",
    security(("bearer" = [])), params(("event" = EventId, Path,)), request_body = PlanChange,
    responses(
        (status = 201, description = "It is planned", body = PlannedChange),
        (status = 401), (status = 403), (status = 404),
        (status = 409, description = "`wrong-phase`: the room is closed; `too-many-changes`"),
        (status = 422, description = "The time is over or after the beginning; nothing would change; out of bounds"),
    )
)]
async fn plan(
    State(app): State<AppState>,
    PathId(event): PathId<EventId>,
    caller: Caller,
    ValidJson(plan): ValidJson<PlanChange>,
) -> Result<(StatusCode, Json<PlannedChange>), Problem> {
    Ok((StatusCode::CREATED, Json(service::plan(&app, event, caller, &plan).await?)))
}

/// Cancel a planned change.
#[utoipa::path(
    delete, path = "/api/events/{event}/waiting-room/planned-changes/{change}", tag = "waiting room",
    security(("bearer" = [])), params(("event" = EventId, Path,), ("change" = Uuid, Path,)),
    responses(
        (status = 204, description = "It will not happen"),
        (status = 401), (status = 403), (status = 404, description = "It is not planned (any more)"),
    )
)]
async fn cancel(
    State(app): State<AppState>,
    PathId((event, change)): PathId<(EventId, Uuid)>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    service::cancel(&app, event, caller, change).await?;
    Ok(StatusCode::NO_CONTENT)
}
