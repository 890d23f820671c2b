//! Signing in and out: `/api/auth/…`.

mod answer;
mod http;
mod sessions;
mod sign_in;
mod store;

pub(super) use http::routes;
pub(super) use sessions::end_other_logins;
