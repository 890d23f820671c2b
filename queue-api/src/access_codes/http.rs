//! `/api/events/{event}/access-codes…`.

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderName, StatusCode, header},
    response::Response,
};
use shared::domain::EventId;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    export, service, store,
    views::{
        CodeGroup, CodePage, CodeQuery, MadeCodes, MakeCodes, TableQuery, WithdrawCodes, WithdrawnCodes,
    },
};
use crate::{
    app::AppState,
    download,
    events::owned,
    extract::{Caller, PathId, ValidJson, ValidQuery},
    problem::Problem,
};

const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "private, no-store")];

/// The routes of codes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, make))
        .routes(routes!(groups))
        .routes(routes!(withdraw_label))
        .routes(routes!(withdraw))
        .routes(routes!(table))
}

/// Make codes with which people join the waiting room: a number of ours, which nobody finds by trying, or one own word.
/// They can be made before the event is published.
#[utoipa::path(post, path = "/api/events/{event}/access-codes", tag = "organisers",
    params(("event" = EventId, Path)), request_body = MakeCodes, security(("bearer" = [])),
    responses((status = 201, body = MadeCodes), (status = 401), (status = 403), (status = 404),
              (status = 409, description = "`code-taken`, `too-many-codes`, `no-waiting-room`"), (status = 422)))]
async fn make(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
    ValidJson(wish): ValidJson<MakeCodes>,
) -> Result<(StatusCode, [(HeaderName, &'static str); 1], Json<MadeCodes>), Problem> {
    let made = service::make(&app, caller, event, wish).await?;
    Ok((StatusCode::CREATED, NO_STORE, Json(made)))
}

/// The codes of an event, those made first, first. For the event's organiser; there is none for others.
#[utoipa::path(get, path = "/api/events/{event}/access-codes", tag = "organisers",
    params(("event" = EventId, Path), CodeQuery), security(("bearer" = [])),
    responses((status = 200, body = CodePage), (status = 401), (status = 404), (status = 422)))]
async fn list(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
    ValidQuery(query): ValidQuery<CodeQuery>,
) -> Result<([(HeaderName, &'static str); 1], Json<CodePage>), Problem> {
    owned(&app, caller, event).await?;
    Ok((NO_STORE, Json(service::list(&app, event, &query).await?)))
}

/// The codes of an event by label, at most 200 labels, those made last first. For the event's organiser; there is none
/// for others.
#[utoipa::path(get, path = "/api/events/{event}/access-codes/labels", tag = "organisers",
    params(("event" = EventId, Path)), security(("bearer" = [])),
    responses((status = 200, body = [CodeGroup]), (status = 401), (status = 404)))]
async fn groups(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
) -> Result<Json<Vec<CodeGroup>>, Problem> {
    owned(&app, caller, event).await?;
    Ok(Json(store::groups(&app.pool, event).await?))
}

/// Withdraw all codes of a label. Places that were joined with them stay.
#[utoipa::path(post, path = "/api/events/{event}/access-codes/withdraw", tag = "organisers",
    params(("event" = EventId, Path)), request_body = WithdrawCodes, security(("bearer" = [])),
    responses((status = 200, body = WithdrawnCodes), (status = 401), (status = 403), (status = 404), (status = 422)))]
async fn withdraw_label(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
    ValidJson(wish): ValidJson<WithdrawCodes>,
) -> Result<Json<WithdrawnCodes>, Problem> {
    let withdrawn = service::withdraw_label(&app, caller, event, &wish.label).await?;
    Ok(Json(WithdrawnCodes { withdrawn }))
}

/// Withdraw one code. Places that were joined with it stay; doing it again changes nothing.
#[utoipa::path(delete, path = "/api/events/{event}/access-codes/{code}", tag = "organisers",
    params(("event" = EventId, Path), ("code" = Uuid, Path, description = "The `id` of the code")),
    security(("bearer" = [])),
    responses((status = 204, description = "Nobody joins with it any more"), (status = 401), (status = 403),
              (status = 404)))]
async fn withdraw(
    State(app): State<AppState>,
    caller: Caller,
    PathId((event, code)): PathId<(EventId, Uuid)>,
) -> Result<StatusCode, Problem> {
    service::withdraw(&app, caller, event, code).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The codes of an event as a table (RFC 4180, UTF-8, a line of headings), those made first, first. For the event's
/// organiser; there is none for others.
#[utoipa::path(get, path = "/api/events/{event}/access-codes.csv", tag = "organisers",
    params(("event" = EventId, Path), TableQuery), security(("bearer" = [])),
    responses((status = 200, body = String, content_type = "text/csv; charset=utf-8; header=present"),
              (status = 401), (status = 404)))]
async fn table(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
    ValidQuery(query): ValidQuery<TableQuery>,
) -> Result<Response, Problem> {
    owned(&app, caller, event).await?;
    let body = Body::from_stream(export::lines(app.pool.clone(), event, query.label).await?);
    let name = format!("codes-{event}.csv");
    Ok(download::file("text/csv; charset=utf-8; header=present", "attachment", &name, body))
}
