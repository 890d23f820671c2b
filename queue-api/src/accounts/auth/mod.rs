//! Signing in and out: `/api/auth/…`.

mod answer;
mod http;
mod sessions;
mod sign_in;
mod socket_token;
mod store;

pub(super) use http::routes;
pub(super) use sessions::end_other_logins;
