//! The evidence pack of a sale: what happened in its waiting room, place by place, signed, for anybody to check.
//!
//! One file of JSON lines (`docs/evidence.md` says what is in them; `infra/evidence-check` checks them), made while it
//! is sent: [`store`] reads a page at a time in one snapshot of PostgreSQL, [`lines`] are what is written, [`tally`]
//! counts, [`pack`] puts them together.

mod given;
mod http;
mod lines;
mod pack;
mod places;
mod store;
mod tally;

pub use http::routes;
