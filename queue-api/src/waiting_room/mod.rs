//! The waiting room: who joins, who is next, who may come in.
//!
//! The state machine is [`shared::domain::waiting_room`]; Redis decides by scripts that are checked against it
//! ([`room`], `scripts/`); RabbitMQ holds the line; PostgreSQL keeps what must outlive both.

pub mod build;
pub mod look;
pub mod reply;
pub mod room;
pub mod scripts;
