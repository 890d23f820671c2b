//! Checkout: a hold gets a price, a payment and the id its booking will have, before any money moves.

mod http;
mod service;

pub use http::routes;
pub(crate) use service::hold_expired;
