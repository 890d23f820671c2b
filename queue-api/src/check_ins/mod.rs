//! Check-ins: the door. A ticket admits once, whatever is scanned at the same time; every scan is recorded.
//!
//! Who may: any staff (they work where they are sent), the event's organiser, admins.

mod http;
mod search;
mod service;
mod store;
mod views;

pub use http::routes;
