//! The waiting list of an event that is sold out. The worker offers what returns; here one joins, looks and leaves.

mod http;
mod service;
mod store;
mod views;

pub use http::routes;
pub(crate) use service::{gave_back, is_offered};
