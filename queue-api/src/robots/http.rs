//! `/api/events/{event}/robots` and `/api/events/{event}/appeals…`.

use axum::{
    Json,
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::domain::{AppealStatus, EventId, HeldBackReason};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{HARDEST, appeals::Appeal, code, door, store};
use crate::{
    app::{App, AppState},
    events::{organised, owned},
    extract::{Caller, PathId, ValidJson, ValidQuery},
    problem::Problem,
};

/// The routes against robots.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(show, change))
        .routes(routes!(list))
        .routes(routes!(state))
        .routes(routes!(resolve))
}

/// What is done against robots at an event.
#[derive(Serialize, ToSchema)]
pub(super) struct RobotsDocument {
    /// Level of the puzzle in front of the waiting room; 0: none.
    level: u8,
    /// The level now, as one process sees it: higher while very many arrive.
    level_now: u8,
    /// Arrivals a second, as one process sees them.
    arrivals_per_second: u32,
    /// Fans held back whom nobody has looked at.
    open_appeals: i64,
}

/// A change of it.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RobotsChange {
    /// 0: no puzzle. Each level doubles the work: 4 is under a second on most phones, 8 some ten.
    #[garde(range(max = 8))]
    level: u8,
}

/// A fan who was held back, without a name.
#[derive(Serialize, ToSchema)]
pub(super) struct AppealDocument {
    /// What the fan tells.
    code: String,
    reason: HeldBackReason,
    /// What was counted or measured.
    facts: Value,
    /// How often, counted at most every two seconds.
    times: i32,
    #[serde(with = "time::serde::rfc3339")]
    first_held_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    last_held_at: OffsetDateTime,
    status: AppealStatus,
    /// What the fan is told.
    note: String,
    #[serde(with = "time::serde::rfc3339::option")]
    resolved_at: Option<OffsetDateTime>,
}

/// What a fan sees of it.
#[derive(Serialize, ToSchema)]
pub(super) struct AppealState {
    code: String,
    reason: HeldBackReason,
    status: AppealStatus,
    /// What the organiser says.
    note: String,
}

/// Several of them.
#[derive(Serialize, ToSchema)]
pub(super) struct AppealList {
    /// Those held back last, first; at most 200.
    items: Vec<AppealDocument>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Only of this status.
    status: Option<AppealStatus>,
    /// Only the one with this code, however it is written.
    code: Option<String>,
}

/// What the organiser decides.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Decision {
    /// `let_in`: no limit holds this fan back at this event any more. `refused`: the limits stay as they are.
    #[garde(skip)]
    status: AppealStatus,
    /// What the fan is told.
    #[garde(length(chars, max = 500))]
    #[serde(default)]
    note: String,
}

impl From<Appeal> for AppealDocument {
    fn from(appeal: Appeal) -> Self {
        Self {
            code: appeal.written_code(),
            reason: appeal.reason,
            facts: appeal.facts,
            times: appeal.times,
            first_held_at: appeal.first_held_at,
            last_held_at: appeal.last_held_at,
            status: appeal.status,
            note: appeal.note,
            resolved_at: appeal.resolved_at,
        }
    }
}

/// How an event is guarded now. For its organiser; there is none for others.
#[utoipa::path(get, path = "/api/events/{event}/robots", tag = "organisers", params(("event" = EventId, Path)),
    responses((status = 200, body = RobotsDocument), (status = 401), (status = 404)), security(("bearer" = [])))]
async fn show(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
) -> Result<Json<RobotsDocument>, Problem> {
    owned(&app, caller, event).await?;
    document(&app, event).await.map(Json)
}

/// Set the level of the puzzle; in force everywhere within two seconds.
#[utoipa::path(patch, path = "/api/events/{event}/robots", tag = "organisers", params(("event" = EventId, Path)),
    request_body = RobotsChange,
    responses((status = 200, body = RobotsDocument), (status = 401), (status = 403), (status = 404), (status = 422)),
    security(("bearer" = [])))]
async fn change(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
    ValidJson(change): ValidJson<RobotsChange>,
) -> Result<Json<RobotsDocument>, Problem> {
    organised(&app, caller, event).await?;
    store::set_level(&app.pool, event, caller.user, change.level).await?;
    app.robots.forget(event).await;
    document(&app, event).await.map(Json)
}

async fn document(app: &App, event: EventId) -> Result<RobotsDocument, Problem> {
    let level = app.robots.rules(event).await?.level;
    let added = if level == 0 { 0 } else { door::added_by_arrivals(app, event) };
    Ok(RobotsDocument {
        level,
        level_now: (level + added).min(HARDEST),
        arrivals_per_second: door::arrivals_per_second(app, event),
        open_appeals: store::open_count(&app.pool, event).await?,
    })
}

/// The fans who were held back, pseudonymous. For the event's organiser; there is none for others.
#[utoipa::path(get, path = "/api/events/{event}/appeals", tag = "organisers",
    params(("event" = EventId, Path), Wanted),
    responses((status = 200, body = AppealList), (status = 401), (status = 404)), security(("bearer" = [])))]
async fn list(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
    ValidQuery(wanted): ValidQuery<Wanted>,
) -> Result<Json<AppealList>, Problem> {
    owned(&app, caller, event).await?;
    let typed = wanted.code.filter(|code| !code.trim().is_empty());
    // What cannot be a code is nobody's.
    let code = typed.map(|typed| code::read(&typed).unwrap_or_default());
    let appeals = store::list(&app.pool, event, wanted.status, code.as_deref()).await?;
    Ok(Json(AppealList { items: appeals.into_iter().map(AppealDocument::from).collect() }))
}

/// How it stands with a code, for the fan who was given it.
#[utoipa::path(get, path = "/api/events/{event}/appeals/{code}", tag = "waiting room",
    params(("event" = EventId, Path), ("code" = String, Path)),
    responses((status = 200, body = AppealState), (status = 404)))]
async fn state(
    State(app): State<AppState>,
    Path((event, code)): Path<(EventId, String)>,
) -> Result<Response, Problem> {
    let appeal = match code::read(&code) {
        Some(code) => store::by_code(&app.pool, event, &code).await?,
        None => None,
    };
    let appeal = appeal.ok_or_else(|| Problem::not_found("appeal"))?;
    let (code, Appeal { reason, status, note, .. }) = (appeal.written_code(), appeal);
    let state = AppealState { code, reason, status, note };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(state)).into_response())
}

/// Let a fan in, or refuse; in force everywhere within two seconds.
#[utoipa::path(patch, path = "/api/events/{event}/appeals/{code}", tag = "organisers",
    params(("event" = EventId, Path), ("code" = String, Path)), request_body = Decision,
    responses((status = 200, body = AppealDocument), (status = 401), (status = 403), (status = 404), (status = 422)),
    security(("bearer" = [])))]
async fn resolve(
    State(app): State<AppState>,
    caller: Caller,
    Path((event, code)): Path<(EventId, String)>,
    ValidJson(decision): ValidJson<Decision>,
) -> Result<Json<AppealDocument>, Problem> {
    organised(&app, caller, event).await?;
    if decision.status == AppealStatus::Open {
        return Err(Problem::invalid("status", "let_in or refused"));
    }
    let unknown = || Problem::not_found("appeal");
    let code = code::read(&code).ok_or_else(unknown)?;
    let note = decision.note.trim();
    let appeal = store::resolve(&app.pool, event, caller.user, &code, decision.status, note).await?;
    app.robots.forget(event).await;
    appeal.map(|appeal| Json(appeal.into())).ok_or_else(unknown)
}
