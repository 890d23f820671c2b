//! Posters: the picture of an event.

mod http;
mod service;
mod store;
mod views;

pub use http::routes;
pub use service::Posters;
pub(crate) use views::PosterView;
