//! Events: the catalogue that everybody reads, and what organisers do with their own.

mod checklist;
mod cursor;
mod fields;
mod http;
mod listing;
mod pages;
mod service;
mod store;
mod views;

pub use http::routes;
pub(crate) use service::{changed as version_changed, if_match, organised, owned, refuse_over, visible};
