//! The waiting room: who joins, who is next, who may come in.
//!
//! The state machine is [`shared::domain::waiting_room`]; Redis decides by scripts that are checked against it
//! ([`room`], `scripts/`); RabbitMQ holds the line; PostgreSQL keeps what must outlive both ([`store`],
//! [`records`]). A join goes through [`joins`]; [`releaser`] lets places in.

pub mod access;
mod answers;
pub mod asking;
pub mod build;
pub mod closing;
mod control;
pub mod documents;
mod entries;
pub(crate) mod first;
pub(crate) mod gaps;
mod http;
pub mod joining;
pub mod joins;
pub mod lanes;
pub mod look;
pub mod metrics;
pub mod odds;
pub mod own;
pub mod page;
pub mod records;
pub mod releaser;
pub mod reply;
pub mod room;
mod rooms;
mod schedule;
pub mod scripts;
pub mod service;
pub mod stock;
pub mod store;
mod turn;
pub mod who;

pub(crate) use control::note as note_change;
pub use http::routes;
pub use releaser::run;
pub use rooms::WaitingRooms;
