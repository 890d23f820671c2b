//! Posters: the picture of an event. What is uploaded is decoded, scaled and written anew, so nothing of the file
//! itself is kept: no hidden data, no place where it was taken.

mod http;
mod picture;
mod service;
mod store;
mod views;

pub use http::routes;
pub use service::Posters;
pub(crate) use views::PosterView;
