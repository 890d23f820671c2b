//! The web application: the files that Vite built, and what every page is sent with.
//!
//! `queue-api/web` is built into a folder (`ONSALE_WEB_FOLDER`). Its hashed files are kept for ever by browsers, the
//! rest is asked for again each time. Every other address is answered with `index.html`, whose router knows what to
//! show. The folder may be built again while the API runs.

mod files;
pub mod headers;
mod shell;

pub use files::WebFiles;
