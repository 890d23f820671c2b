//! How a session is handed over: as JSON, or as cookies that no script can read.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use cookie::Cookie;
use secrecy::ExposeSecret as _;
use serde::Serialize;
use utoipa::ToSchema;

use super::sessions::NewSession;
use crate::{accounts::service::User, app::App, cookies, problem::Problem};

/// Where the refresh token's cookie goes.
const AUTH_PATH: &str = "/api/auth";

/// What a login or a refresh gives. The web application (`Onsale-Client: web`) gets the tokens as cookies instead.
#[derive(Serialize, ToSchema)]
pub(super) struct Session {
    /// Goes into `Authorization: Bearer …`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    access_token: Option<String>,
    /// Seconds until the access token expires.
    expires_in: i64,
    /// Gives the next session, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    refresh_token: Option<String>,
    /// Whose session it is.
    user: User,
}

/// To whom tokens are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handover {
    /// To the client, as JSON.
    Json,
    /// To the browser, out of reach of the scripts in it.
    Cookies,
}

impl Handover {
    pub(super) fn cookies_if(cookies: bool) -> Self {
        if cookies { Self::Cookies } else { Self::Json }
    }
}

/// The answer that begins or renews a session.
pub(super) fn begun(
    app: &App,
    handover: Handover,
    status: StatusCode,
    session: NewSession,
) -> Result<Response, Problem> {
    let NewSession { access_token, refresh_token, user } = session;
    let expires_in = app.config.access_token_seconds;
    let refresh_token = refresh_token.expose_secret().to_owned();
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    let answer = |access_token, refresh_token| {
        let session = Session { access_token, expires_in, refresh_token, user };
        (status, no_store, Json(session)).into_response()
    };
    match handover {
        Handover::Json => Ok(answer(Some(access_token), Some(refresh_token))),
        Handover::Cookies => {
            let cookies = session_cookies(app, access_token, refresh_token);
            cookies::set_all(app, answer(None, None), cookies)
        }
    }
}

/// Takes the session's cookies away with an answer.
pub(super) fn ended(app: &App, answer: impl IntoResponse) -> Result<Response, Problem> {
    let cookies = session_cookies(app, String::new(), String::new()).map(cookies::removed);
    cookies::set_all(app, answer.into_response(), cookies)
}

fn session_cookies(app: &App, access_token: String, refresh_token: String) -> [Cookie<'static>; 2] {
    // The access token's cookie outlives the token, so that who was signed in is told from who never was.
    let life_s = app.config.refresh_token_seconds;
    [
        cookies::everywhere(cookies::ACCESS, access_token, life_s),
        cookies::only_to(AUTH_PATH, cookies::REFRESH, refresh_token, life_s),
    ]
}
