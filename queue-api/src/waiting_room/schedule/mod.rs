//! Changes of a room that come into force at a time set beforehand. Whoever releases the room applies them, so a
//! planned change needs no process that remembers it; each is settled in the transaction that applies it, so it comes
//! into force once.

mod http;
mod service;
mod store;

pub(super) use http::routes;
pub(super) use service::{apply_due, refuse_rest};
