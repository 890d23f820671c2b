//! Accounts: registering, logging in and out, refreshing, and who one is. `/api/auth/…`, `/api/me`, `/api/users`.

mod auth;
mod desk;
mod http;
mod input;
mod passwords;
mod service;
mod store;

use utoipa_axum::router::OpenApiRouter;

use crate::app::AppState;

pub use desk::Desk;
pub(crate) use input::a_name;
pub use passwords::Passwords;
pub use service::create_admin;
pub(crate) use service::{contact, ensure_email};

/// The routes of accounts.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().merge(auth::routes()).merge(http::routes())
}
