//! How a sale goes: what its organiser watches, now and over the last hour.

mod http;
mod room;
mod service;
mod stock;
mod store;
mod views;

pub use http::routes;
pub use service::Sales;
