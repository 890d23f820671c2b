//! `/api/auth/…`, `/api/me`, `/api/users/{user}`.

use axum::{
    Extension, Json,
    extract::{Path, State},
    http::StatusCode,
};
use garde::Validate;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use shared::{
    domain::{Role, UserId},
    server::ClientAddress,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::service::{self, Session, User};
use crate::{
    app::AppState,
    extract::{Caller, ValidJson},
    problem::Problem,
};

/// The routes of accounts.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(login))
        .routes(routes!(refresh))
        .routes(routes!(logout))
        .routes(routes!(me, update_me))
        .routes(routes!(set_role))
}

#[derive(Deserialize, Validate, ToSchema)]
struct Registration {
    #[garde(email, length(max = 254))]
    email: String,
    #[garde(custom(a_name))]
    name: String,
    /// 10 to 200 characters.
    #[garde(custom(a_password))]
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

#[derive(Deserialize, Validate, ToSchema)]
struct Credentials {
    #[garde(length(max = 254))]
    email: String,
    #[garde(skip)]
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

#[derive(Deserialize, Validate, ToSchema)]
struct RefreshToken {
    #[garde(skip)]
    #[schema(value_type = String)]
    refresh_token: SecretString,
}

#[derive(Deserialize, Validate, ToSchema)]
struct ProfileChange {
    #[garde(inner(custom(a_name)))]
    name: Option<String>,
    /// Needed to set a new one.
    #[garde(skip)]
    #[schema(value_type = Option<String>, format = Password)]
    current_password: Option<SecretString>,
    #[garde(inner(custom(a_password)))]
    #[schema(value_type = Option<String>, format = Password)]
    new_password: Option<SecretString>,
}

#[derive(Deserialize, Validate, ToSchema)]
struct RoleChange {
    #[garde(skip)]
    role: Role,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature garde asks for")]
fn a_password(password: &SecretString, (): &()) -> garde::Result {
    match password.expose_secret().chars().count() {
        10..=200 => Ok(()),
        _ => Err(garde::Error::new("must be 10 to 200 characters long")),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature garde asks for")]
fn a_name(name: &str, (): &()) -> garde::Result {
    let length = name.trim().chars().count();
    if !(1..=200).contains(&length) {
        return Err(garde::Error::new("must be 1 to 200 characters long"));
    }
    if name.chars().any(char::is_control) {
        return Err(garde::Error::new("must not contain control characters"));
    }
    Ok(())
}

/// Makes an account and logs in.
#[utoipa::path(post, path = "/api/auth/register", tag = "accounts", request_body = Registration,
    responses((status = 201, body = Session), (status = 409, description = "The address is taken"), (status = 422)))]
async fn register(
    State(app): State<AppState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    ValidJson(input): ValidJson<Registration>,
) -> Result<(StatusCode, Json<Session>), Problem> {
    service::limit_registrations(&app, &address.ip().to_string()).await?;
    let session = service::register(&app, &input.email, &input.name, input.password).await?;
    Ok((StatusCode::CREATED, Json(session)))
}

/// Logs in.
#[utoipa::path(post, path = "/api/auth/login", tag = "accounts", request_body = Credentials,
    responses((status = 200, body = Session), (status = 401), (status = 429)))]
async fn login(
    State(app): State<AppState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    ValidJson(input): ValidJson<Credentials>,
) -> Result<Json<Session>, Problem> {
    let address = address.ip().to_string();
    service::login(&app, &input.email, input.password, &address).await.map(Json)
}

/// Gives the next session for a refresh token; each works once.
#[utoipa::path(post, path = "/api/auth/refresh", tag = "accounts", request_body = RefreshToken,
    responses((status = 200, body = Session), (status = 401)))]
async fn refresh(
    State(app): State<AppState>,
    ValidJson(input): ValidJson<RefreshToken>,
) -> Result<Json<Session>, Problem> {
    service::refresh(&app, &input.refresh_token).await.map(Json)
}

/// Ends a login.
#[utoipa::path(post, path = "/api/auth/logout", tag = "accounts", request_body = RefreshToken,
    responses((status = 204)))]
async fn logout(
    State(app): State<AppState>,
    ValidJson(input): ValidJson<RefreshToken>,
) -> Result<StatusCode, Problem> {
    service::logout(&app, &input.refresh_token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The caller's account.
#[utoipa::path(get, path = "/api/me", tag = "accounts", security(("bearer" = [])),
    responses((status = 200, body = User), (status = 401)))]
async fn me(State(app): State<AppState>, caller: Caller) -> Result<Json<User>, Problem> {
    service::me(&app, caller).await.map(Json)
}

/// Changes the caller's name or password. A new password ends all other logins.
#[utoipa::path(patch, path = "/api/me", tag = "accounts", security(("bearer" = [])), request_body = ProfileChange,
    responses((status = 200, body = User), (status = 401), (status = 422)))]
async fn update_me(
    State(app): State<AppState>,
    caller: Caller,
    ValidJson(input): ValidJson<ProfileChange>,
) -> Result<Json<User>, Problem> {
    let password = match (input.current_password, input.new_password) {
        (_, None) => None,
        (Some(current), Some(new)) => Some((current, new)),
        (None, Some(_)) => return Err(Problem::invalid("current_password", "is needed to set a new one")),
    };
    service::update_me(&app, caller, input.name.as_deref(), password).await.map(Json)
}

/// Gives an account a role; for admins.
#[utoipa::path(patch, path = "/api/users/{user}", tag = "accounts", security(("bearer" = [])), request_body = RoleChange,
    params(("user" = UserId, Path)), responses((status = 200, body = User), (status = 403), (status = 404)))]
async fn set_role(
    State(app): State<AppState>,
    caller: Caller,
    Path(user): Path<UserId>,
    ValidJson(input): ValidJson<RoleChange>,
) -> Result<Json<User>, Problem> {
    service::set_role(&app, caller, user, input.role).await.map(Json)
}
