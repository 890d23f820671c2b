//! The library of an organiser's houses: a seat map is made once and used by many events. An event keeps the map it took,
//! whatever becomes of the house.

mod http;
mod service;
mod store;

pub use http::routes;
