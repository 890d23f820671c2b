//! `/api/events/{event}/waiting-room/evidence`, and the public key that packs are signed with.

use axum::{
    Json,
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use shared::domain::EventId;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::pack;
use crate::{
    app::AppState,
    download,
    events::owned,
    extract::{Caller, PathId},
    problem::Problem,
};

/// The routes of evidence.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(download)).routes(routes!(keys))
}

/// The evidence pack of a sale: JSON lines, the last one a signature. `final` in the first line says whether the room
/// was finished or the pack is an interim one. For the event's organiser; there is none for others.
#[utoipa::path(get, path = "/api/events/{event}/waiting-room/evidence", tag = "waiting room",
    params(("event" = EventId, Path)),
    responses((status = 200, body = String, content_type = "application/x-ndjson"), (status = 401), (status = 404),
              (status = 409, description = "`not-drawn`, `no-waiting-room`"),
              (status = 503, description = "Others are being made; come again after `Retry-After`")),
    security(("bearer" = [])))]
async fn download(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
) -> Result<Response, Problem> {
    let event = owned(&app, caller, event).await?;
    let name = format!("evidence-{}.ndjson", event.id);
    let lines = Body::from_stream(pack::lines(&app, event).await?);
    Ok(download::file("application/x-ndjson", "attachment", &name, lines))
}

/// What Onsale signs with, for those who check (RFC 7517).
#[derive(Serialize, ToSchema)]
struct SigningKeys {
    keys: [SigningKey; 1],
}

/// An Ed25519 public key (RFC 8037).
#[derive(Serialize, ToSchema)]
struct SigningKey {
    #[schema(example = "OKP")]
    kty: &'static str,
    #[schema(example = "Ed25519")]
    crv: &'static str,
    #[schema(example = "EdDSA")]
    alg: &'static str,
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    purpose: &'static str,
    /// The key, 32 bytes, base64url.
    x: String,
}

/// The public key of tickets, access tokens and evidence packs.
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "waiting room", responses((status = 200, body = SigningKeys)))]
async fn keys(State(app): State<AppState>) -> Response {
    let x = URL_SAFE_NO_PAD.encode(app.tokens.public_key());
    let key = SigningKey { kty: "OKP", crv: "Ed25519", alg: "EdDSA", purpose: "sig", x };
    let caching = [(header::CACHE_CONTROL, "public, max-age=3600")];
    (caching, Json(SigningKeys { keys: [key] })).into_response()
}
