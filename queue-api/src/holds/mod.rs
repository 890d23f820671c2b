//! Holds: seats locked for one fan until a deadline. What locks them is `shared::locks`.

mod chooser;
mod http;
mod metrics;
mod service;
mod views;
mod wish;

pub use chooser::Chooser;
pub use http::routes;

pub(crate) use service::refuse_not_on_sale;
