//! Bookings: making them ([`book`]), watching them, cancelling them.
//!
//! A booking is first a payment (see `checkout`) and becomes a row of its own when it is decided: by a worker where
//! demand is `queue`, by this process where it is `direct`.

mod book;
mod cancel;
mod http;
mod list;
mod organiser;
mod pay;
mod store;
mod views;

pub use http::routes;
pub(crate) use store::send_copy;
