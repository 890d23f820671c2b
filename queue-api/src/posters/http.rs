//! `/api/events/{event}/poster`, `/api/posters/{hash}`.

use axum::{
    Json,
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use shared::domain::EventId;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt as _},
    routes,
};

use super::{
    service::{self, Size},
    views::PosterView,
};
use crate::{
    app::AppState,
    etag::is_known,
    events::{if_match, organised, owned, refuse_over},
    extract::{Caller, PathId},
    picture,
    problem::Problem,
};

/// The routes of posters.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(replace, remove).layer(DefaultBodyLimit::max(picture::PICTURE_BYTES)))
        .routes(routes!(large))
        .routes(routes!(small))
}

/// Gives an event its poster: a JPEG, PNG or WebP of at most 5 MB, at least 320 × 200 pixels. It is scaled and
/// written anew. For the event's organiser; there is none for others.
#[utoipa::path(put, path = "/api/events/{event}/poster", tag = "organisers", params(("event" = EventId, Path)),
    request_body(content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"))),
    responses((status = 200, body = PosterView), (status = 401), (status = 404),
              (status = 409, description = "`event-over`"), (status = 412), (status = 413),
              (status = 415, description = "`not-a-picture`: another type than these"),
              (status = 422, description = "`bad-picture`: it cannot be read, or has the wrong size")),
    security(("bearer" = [])))]
async fn replace(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<PosterView>, Problem> {
    owned(&app, caller, event).await?;
    let event = organised(&app, caller, event).await?;
    refuse_over(&event)?;
    if_match(&headers, &event)?;
    let picture = picture::uploaded(&headers, body).await?;
    service::replace(&app, &event, picture).await.map(Json)
}

/// Takes the poster of an event away.
#[utoipa::path(delete, path = "/api/events/{event}/poster", tag = "organisers", params(("event" = EventId, Path)),
    responses((status = 204), (status = 401), (status = 404), (status = 409, description = "`event-over`"),
              (status = 412)),
    security(("bearer" = [])))]
async fn remove(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    owned(&app, caller, event).await?;
    let event = organised(&app, caller, event).await?;
    refuse_over(&event)?;
    if_match(&headers, &event)?;
    service::remove(&app, &event).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A poster, at most 1600 pixels wide; it never changes.
#[utoipa::path(get, path = "/api/posters/{hash}", tag = "events", params(("hash" = String, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "image/jpeg"), (status = 304), (status = 404)))]
async fn large(
    State(app): State<AppState>,
    PathId(hash): PathId<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    shown(&app, hash, Size::Large, &headers).await
}

/// A poster, at most 640 pixels wide; it never changes.
#[utoipa::path(get, path = "/api/posters/{hash}/small", tag = "events", params(("hash" = String, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "image/jpeg"), (status = 304), (status = 404)))]
async fn small(
    State(app): State<AppState>,
    PathId(hash): PathId<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    shown(&app, hash, Size::Small, &headers).await
}

async fn shown(app: &AppState, hash: String, size: Size, headers: &HeaderMap) -> Result<Response, Problem> {
    let tag = format!("\"{hash}\"");
    let bytes = service::picture(app, hash, size).await?;
    let stamp =
        [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, "public, max-age=31536000, immutable".into())];
    if is_known(headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, stamp).into_response());
    }
    Ok((stamp, [(header::CONTENT_TYPE, "image/jpeg")], bytes).into_response())
}
