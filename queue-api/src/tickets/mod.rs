//! Tickets: what their owners see, print and show at the door. Read only; bookings make and withdraw them, doors
//! use them.

mod http;
mod seat;
mod service;
mod views;

pub use http::routes;
