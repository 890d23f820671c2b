//! Accounts: registering, logging in and out, refreshing, and who one is. `/api/auth/…`, `/api/me`, `/api/users`.

mod http;
mod passwords;
mod service;
mod store;

pub use http::routes;
pub use passwords::Passwords;
pub use service::create_admin;
