//! Holds: seats locked for one fan until a deadline. What locks them is `shared::locks`.

mod http;
mod metrics;
mod service;
mod views;
mod wish;

pub use http::routes;
pub use metrics::Metrics;
pub(crate) use service::refuse_not_on_sale;
