//! `/api/auth/…`.

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use garde::Validate;
use secrecy::SecretString;
use serde::Deserialize;
use shared::{domain::Locale, server::ClientAddress};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    answer::{self, Handover, Session},
    guests,
    sessions::{self, RefreshToken},
    sign_in::{self, Applicant},
    socket_token::{self, SocketToken},
};
use crate::{
    accounts::input::{a_name, a_password, normal},
    app::AppState,
    client,
    extract::{Caller, ValidJson},
    problem::Problem,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(login))
        .routes(routes!(refresh))
        .routes(routes!(logout))
        .routes(routes!(make_socket_token))
}

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct Registration {
    #[garde(email, length(max = 254))]
    email: String,
    #[garde(custom(a_name))]
    name: String,
    /// 10 to 200 characters.
    #[garde(custom(a_password))]
    #[schema(value_type = String, format = Password)]
    password: SecretString,
    /// Language of the mails; English, or what the guest chose, if not said.
    #[garde(skip)]
    #[schema(nullable = false)]
    locale: Option<Locale>,
}

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    #[garde(length(max = 254))]
    email: String,
    #[garde(skip)]
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

/// Left out by the web application, which has it as a cookie.
#[derive(Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct Refreshing {
    #[garde(skip)]
    #[schema(value_type = Option<String>)]
    refresh_token: Option<SecretString>,
}

/// Makes an account and logs in. The web application gets its tokens as the cookies `onsale_access` and
/// `onsale_refresh`, here and wherever a session begins or is renewed. Who is signed in as a guest becomes the account
/// and keeps its bookings; its logins elsewhere end.
#[utoipa::path(post, path = "/api/auth/register", tag = "accounts", request_body = Registration,
    params(("Onsale-Client" = Option<String>, Header, description = "`web`: cookies instead of tokens")),
    responses((status = 201, body = Session), (status = 409, description = "`email-taken`"), (status = 422),
              (status = 429)))]
async fn register(
    State(app): State<AppState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    caller: Option<Caller>,
    headers: HeaderMap,
    ValidJson(input): ValidJson<Registration>,
) -> Result<Response, Problem> {
    sign_in::limit_registrations(&app, &address.ip().to_string()).await?;
    let guest = guests::registering(&app, caller, &headers).await?;
    let Registration { email, name, password, locale } = input;
    let applicant = Applicant { email: &normal(&email), name: name.trim(), locale, guest };
    let session = sign_in::register(&app, &applicant, password).await?;
    answer::begun(&app, Handover::cookies_if(client::is_web(&headers)), StatusCode::CREATED, session)
}

/// Logs in.
#[utoipa::path(post, path = "/api/auth/login", tag = "accounts", request_body = Credentials,
    params(("Onsale-Client" = Option<String>, Header, description = "`web`: cookies instead of tokens")),
    responses((status = 200, body = Session), (status = 401), (status = 422), (status = 429)))]
async fn login(
    State(app): State<AppState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    headers: HeaderMap,
    ValidJson(input): ValidJson<Credentials>,
) -> Result<Response, Problem> {
    let address = address.ip().to_string();
    let session = sign_in::login(&app, &input.email, input.password, &address).await?;
    answer::begun(&app, Handover::cookies_if(client::is_web(&headers)), StatusCode::OK, session)
}

/// Gives the next session for a refresh token, from the body or else from the cookie; each works once. A token that
/// came as a cookie is never answered in JSON.
#[utoipa::path(post, path = "/api/auth/refresh", tag = "accounts", request_body = Option<Refreshing>,
    params(("Onsale-Client" = Option<String>, Header, description = "`web`: cookies instead of tokens")),
    responses((status = 200, body = Session), (status = 401)))]
async fn refresh(
    State(app): State<AppState>,
    headers: HeaderMap,
    input: Option<ValidJson<Refreshing>>,
) -> Result<Response, Problem> {
    let body = input.and_then(|ValidJson(input)| input.refresh_token);
    let Some(token) = RefreshToken::presented(body, &headers) else {
        return answer::ended(&app, Problem::unauthorized("There is no refresh token. Please log in."));
    };
    let handover = Handover::cookies_if(token.from_cookie || client::is_web(&headers));
    match sessions::refresh(&app, &token).await {
        Ok(session) => answer::begun(&app, handover, StatusCode::OK, session),
        // What does not work any more need not be sent again.
        Err(problem) if token.from_cookie && problem.status() == StatusCode::UNAUTHORIZED => {
            answer::ended(&app, problem)
        }
        Err(problem) => Err(problem),
    }
}

/// Ends a login and takes its cookies away.
#[utoipa::path(post, path = "/api/auth/logout", tag = "accounts", request_body = Option<Refreshing>,
    responses((status = 204)))]
async fn logout(
    State(app): State<AppState>,
    caller: Option<Caller>,
    headers: HeaderMap,
    input: Option<ValidJson<Refreshing>>,
) -> Result<Response, Problem> {
    let body = input.and_then(|ValidJson(input)| input.refresh_token);
    let token = RefreshToken::presented(body, &headers);
    sessions::end(&app, token.as_ref(), caller).await?;
    answer::ended(&app, StatusCode::NO_CONTENT)
}

/// Gives a token for `authenticate` on a notifier's socket, and for nothing else. For pages whose session is in
/// cookies, which do not go to another address.
#[utoipa::path(post, path = "/api/auth/socket-token", tag = "accounts", security(("bearer" = [])),
    responses((status = 200, body = SocketToken), (status = 401)))]
async fn make_socket_token(State(app): State<AppState>, caller: Caller) -> Result<Response, Problem> {
    let token = socket_token::make(&app, caller)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(token)).into_response())
}
