//! Orders: the bookings of an event as its organiser finds, reads and exports them.

pub(crate) mod csv;
mod export;
mod http;
mod service;
mod store;
mod views;

pub use http::routes;
pub(crate) use service::Search;
