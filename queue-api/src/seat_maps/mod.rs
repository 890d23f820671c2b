//! Seat maps: the geometry, and the live states of its seats.

mod http;
pub(crate) mod search;
mod service;
mod store;

pub use http::routes;
