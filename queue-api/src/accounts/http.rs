//! `/api/me`, `/api/users/{user}`.

use axum::{
    Json,
    extract::{Path, State},
};
use garde::Validate;
use secrecy::SecretString;
use serde::Deserialize;
use shared::domain::{Locale, Role, UserId};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    input::{a_name, a_password},
    service::{self, User, Wishes},
};
use crate::{
    app::AppState,
    extract::{Caller, ValidJson},
    problem::Problem,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(me, update_me)).routes(routes!(set_role))
}

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProfileChange {
    #[garde(inner(custom(a_name)))]
    #[schema(nullable = false)]
    name: Option<String>,
    /// Of guests only: where the tickets go.
    #[garde(inner(email, length(max = 254)))]
    #[schema(nullable = false)]
    email: Option<String>,
    /// Language of the mails.
    #[garde(skip)]
    #[schema(nullable = false)]
    locale: Option<Locale>,
    /// What to be told beside the bookings.
    #[garde(skip)]
    #[schema(nullable = false)]
    notifications: Option<NotificationChange>,
    /// Needed to set a new one.
    #[garde(skip)]
    #[schema(value_type = Option<String>, format = Password)]
    current_password: Option<SecretString>,
    #[garde(inner(custom(a_password)))]
    #[schema(value_type = Option<String>, format = Password)]
    new_password: Option<SecretString>,
}

/// What is left out stays.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NotificationChange {
    #[schema(nullable = false)]
    turn_email: Option<bool>,
    #[schema(nullable = false)]
    turn_push: Option<bool>,
}

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct RoleChange {
    #[garde(skip)]
    role: Role,
}

/// The caller's account.
#[utoipa::path(get, path = "/api/me", tag = "accounts", security(("bearer" = [])),
    responses((status = 200, body = User), (status = 401)))]
async fn me(State(app): State<AppState>, caller: Caller) -> Result<Json<User>, Problem> {
    service::me(&app, caller).await.map(Json)
}

/// Changes what is said of the caller's name, language, notifications, password, and of a guest's e-mail address. A new password ends
/// all other logins.
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
    let NotificationChange { turn_email, turn_push } = input.notifications.unwrap_or_default();
    let wishes = Wishes {
        name: input.name.as_deref(),
        email: input.email.as_deref(),
        locale: input.locale,
        turn_email,
        turn_push,
        password,
    };
    service::update_me(&app, caller, wishes).await.map(Json)
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
