//! Signing in and out: `/api/auth/…`.

mod answer;
pub(super) mod guests;
mod http;
mod sessions;
mod sign_in;
mod socket_token;
mod store;

use utoipa_axum::router::OpenApiRouter;

use crate::app::AppState;

pub(super) use sessions::end_other_logins;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().merge(http::routes()).merge(guests::routes())
}
