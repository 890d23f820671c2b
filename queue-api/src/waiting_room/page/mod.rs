//! The waiting-room page: one response with its styles and its script, no framework, usable by reload alone.
//!
//! Its sources are in `queue-api/web/waiting-room/`. What is shown is decided twice by the same rules, here for the
//! first look and for browsers without JavaScript, and in its scripts for what changes meanwhile.

mod assets;
mod fairness;
mod gate;
mod http;
mod hurdle;
mod language;
mod live;
mod prospect;
mod resume;
mod screen;
mod texts;
mod view;
mod words;

pub use http::routes;
