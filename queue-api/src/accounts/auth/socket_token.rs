//! Tokens for the notifier's sockets.

use serde::Serialize;
use shared::tokens::SocketClaims;
use utoipa::ToSchema;

use crate::{app::App, extract::Caller, problem::Problem};

/// A token for a notifier's socket.
#[derive(Serialize, ToSchema)]
pub(super) struct SocketToken {
    /// For `authenticate`.
    token: String,
    /// Seconds until it expires.
    expires_in: i64,
}

/// One that lives as long as an access token does.
pub(super) fn make(app: &App, caller: Caller) -> Result<SocketToken, Problem> {
    let expires_in = app.config.access_token_seconds;
    let claims = SocketClaims::new(caller.user, app.clock.now_s() + expires_in);
    Ok(SocketToken { token: app.tokens.sign_socket(&claims).map_err(Problem::internal)?, expires_in })
}
