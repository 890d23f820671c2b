//! `/api/socket`.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::app::AppState;

/// The route of the socket's address.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(address))
}

/// Where to open a WebSocket; `docs/messages.md` says what is spoken there.
#[derive(Serialize, ToSchema)]
struct SocketAddress {
    /// `ws:` or `wss:`.
    url: String,
}

/// The address of a notifier; asked again after a loss it may be another one.
#[utoipa::path(get, path = "/api/socket", tag = "socket", responses((status = 200, body = SocketAddress)))]
async fn address(State(app): State<AppState>) -> Response {
    let url = super::url(&app, Uuid::new_v4().as_u128());
    ([(header::CACHE_CONTROL, "no-store")], Json(SocketAddress { url })).into_response()
}
