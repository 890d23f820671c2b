//! `/api/waiting-room/places/{place}/turn-notices…` and `/api/push/key`.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use garde::Validate;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{Locale, PlaceId},
    web_push::Subscription,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    account,
    service::{self, MailNotice, TurnNotices},
};
use crate::{
    app::{App, AppState},
    extract::{Caller, PathId, ValidJson},
    problem::Problem,
    waiting_room::own,
};

/// The routes of turn notices.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(push_key))
        .routes(routes!(show))
        .routes(routes!(ask_by_mail, stop_mail))
        .routes(routes!(ask_by_push, stop_push))
        .merge(account::routes())
}

/// What a browser needs to subscribe.
#[derive(Serialize, ToSchema)]
struct PushKey {
    /// The application server's key (VAPID), base64url: `applicationServerKey`.
    public_key: String,
}

/// A browser, as its `PushSubscription` writes itself.
#[derive(Deserialize, Validate, ToSchema)]
pub(super) struct BrowserInput {
    /// Its address at a push service.
    #[garde(length(max = 1024))]
    endpoint: String,
    /// Its keys.
    #[garde(skip)]
    keys: BrowserKeys,
    /// Language of what is pushed; without it the account's, or what `Accept-Language` says.
    #[garde(skip)]
    #[schema(nullable = false)]
    locale: Option<Locale>,
}

/// The keys of a browser, base64url.
#[derive(Deserialize, ToSchema)]
struct BrowserKeys {
    p256dh: String,
    auth: String,
}

impl BrowserInput {
    pub(super) fn subscription(&self, app: &App) -> Result<Subscription, Problem> {
        require_push(app)?;
        let reach = app.config.push.reach();
        Ok(Subscription::parse(&self.endpoint, &self.keys.p256dh, &self.keys.auth, reach)?)
    }
}

fn require_push(app: &App) -> Result<&str, Problem> {
    app.push_key.as_deref().ok_or_else(|| {
        let detail = "This Onsale pushes to no browsers.";
        Problem::new(StatusCode::NOT_FOUND, "push-off", "No pushes", detail)
    })
}

/// The key with which browsers subscribe to pushes.
#[utoipa::path(get, path = "/api/push/key", tag = "push",
    responses((status = 200, body = PushKey), (status = 404, description = "`push-off`")))]
async fn push_key(State(app): State<AppState>) -> Result<Response, Problem> {
    let key = PushKey { public_key: require_push(&app)?.to_owned() };
    Ok(([(header::CACHE_CONTROL, "public, max-age=300")], Json(key)).into_response())
}

/// How the turn of a place will be told.
#[utoipa::path(get, path = "/api/waiting-room/places/{place}/turn-notices", tag = "waiting room",
    params(("place" = PlaceId, Path,), ("Onsale-Place" = Option<String>, Header, description = "Token of the place, where its cookie is not sent")),
    responses((status = 200, body = TurnNotices), (status = 401), (status = 404)))]
async fn show(
    State(app): State<AppState>,
    PathId(place): PathId<PlaceId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    own::proven(&app, place, &headers)?;
    shown(&app, place).await
}

/// Have a mail sent when the turn comes. Asking again replaces the address, which is deleted with the place.
#[utoipa::path(put, path = "/api/waiting-room/places/{place}/turn-notices/email", tag = "waiting room",
    params(("place" = PlaceId, Path,), ("Onsale-Place" = Option<String>, Header, description = "Token of the place, where its cookie is not sent")),
    request_body = MailNotice,
    responses((status = 200, body = TurnNotices), (status = 401), (status = 404),
        (status = 409, description = "`not-waiting`"), (status = 422), (status = 429)))]
async fn ask_by_mail(
    State(app): State<AppState>,
    PathId(place): PathId<PlaceId>,
    caller: Option<Caller>,
    headers: HeaderMap,
    ValidJson(asked): ValidJson<MailNotice>,
) -> Result<Response, Problem> {
    let claims = own::proven(&app, place, &headers)?;
    service::ask_by_mail(&app, &claims, caller, &headers, asked).await?;
    shown(&app, place).await
}

/// Send no mail.
#[utoipa::path(delete, path = "/api/waiting-room/places/{place}/turn-notices/email", tag = "waiting room",
    params(("place" = PlaceId, Path,), ("Onsale-Place" = Option<String>, Header, description = "Token of the place, where its cookie is not sent")),
    responses((status = 204), (status = 401), (status = 404)))]
async fn stop_mail(
    State(app): State<AppState>,
    PathId(place): PathId<PlaceId>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    own::proven(&app, place, &headers)?;
    service::stop_mail(&app, place).await.map(|()| StatusCode::NO_CONTENT)
}

/// Have this browser pushed to when the turn comes: up to five of a place.
#[utoipa::path(put, path = "/api/waiting-room/places/{place}/turn-notices/push", tag = "waiting room",
    params(("place" = PlaceId, Path,), ("Onsale-Place" = Option<String>, Header, description = "Token of the place, where its cookie is not sent")),
    request_body = BrowserInput,
    responses((status = 200, body = TurnNotices), (status = 401), (status = 404, description = "`push-off`"),
        (status = 409, description = "`not-waiting`, `too-many-browsers`"), (status = 422)))]
async fn ask_by_push(
    State(app): State<AppState>,
    PathId(place): PathId<PlaceId>,
    caller: Option<Caller>,
    headers: HeaderMap,
    ValidJson(input): ValidJson<BrowserInput>,
) -> Result<Response, Problem> {
    let claims = own::proven(&app, place, &headers)?;
    let browser = input.subscription(&app)?;
    service::ask_by_push(&app, &claims, caller, &headers, &browser, input.locale).await?;
    shown(&app, place).await
}

/// Push to no browser.
#[utoipa::path(delete, path = "/api/waiting-room/places/{place}/turn-notices/push", tag = "waiting room",
    params(("place" = PlaceId, Path,), ("Onsale-Place" = Option<String>, Header, description = "Token of the place, where its cookie is not sent")),
    responses((status = 204), (status = 401), (status = 404)))]
async fn stop_push(
    State(app): State<AppState>,
    PathId(place): PathId<PlaceId>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    own::proven(&app, place, &headers)?;
    service::stop_push(&app, place).await.map(|()| StatusCode::NO_CONTENT)
}

async fn shown(app: &App, place: PlaceId) -> Result<Response, Problem> {
    let notices = service::of_place(app, place).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(notices)).into_response())
}
