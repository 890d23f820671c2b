//! `/api/me/push-subscriptions…`: the browsers of an account.

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    http::BrowserInput,
    store::{self, BrowserRow},
};
use crate::{
    app::AppState,
    extract::{Caller, PathId, ValidJson},
    problem::Problem,
};

/// Browsers of one account; a further one takes the place of the oldest.
const MOST: i64 = 10;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, subscribe)).routes(routes!(unsubscribe))
}

/// A browser that may be pushed to. Its address is a secret between it and us.
#[derive(Serialize, ToSchema)]
struct Browser {
    id: Uuid,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
}

impl From<BrowserRow> for Browser {
    fn from(row: BrowserRow) -> Self {
        Self { id: row.id, created_at: row.created_at }
    }
}

/// The caller's browsers that may be pushed to.
#[utoipa::path(get, path = "/api/me/push-subscriptions", tag = "push", security(("bearer" = [])),
    responses((status = 200, body = Vec<Browser>), (status = 401)))]
async fn list(State(app): State<AppState>, caller: Caller) -> Result<Json<Vec<Browser>>, Problem> {
    let browsers = store::browsers(&app.pool, caller.user).await?;
    Ok(Json(browsers.into_iter().map(Browser::from).collect()))
}

/// Let this browser be pushed to. Doing it again gives the same id.
#[utoipa::path(put, path = "/api/me/push-subscriptions", tag = "push", security(("bearer" = [])),
    request_body = BrowserInput,
    responses((status = 200, body = Browser), (status = 401), (status = 404, description = "`push-off`"), (status = 422)))]
async fn subscribe(
    State(app): State<AppState>,
    caller: Caller,
    ValidJson(input): ValidJson<BrowserInput>,
) -> Result<Json<Browser>, Problem> {
    let browser = input.subscription(&app)?;
    let row = store::subscribe(&app.pool, caller.user, &browser).await?;
    store::keep_newest(&app.pool, caller.user, MOST).await?;
    Ok(Json(row.into()))
}

/// Push to this browser no more. Doing it again changes nothing.
#[utoipa::path(delete, path = "/api/me/push-subscriptions/{subscription}", tag = "push", security(("bearer" = [])),
    params(("subscription" = Uuid, Path,)), responses((status = 204), (status = 401)))]
async fn unsubscribe(
    State(app): State<AppState>,
    caller: Caller,
    PathId(id): PathId<Uuid>,
) -> Result<StatusCode, Problem> {
    store::unsubscribe(&app.pool, caller.user, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
