//! Seat maps: the geometry, the live states of its seats, and what organisers do with both.

mod blocking;
mod exchange;
mod files;
mod http;
pub(crate) mod search;
mod service;
mod store;

pub(crate) use http::SEAT_MAP_BYTES;
pub use http::routes;
pub(crate) use service::{parse_in, refuse_unknown_files};
pub(crate) use store::keep;
