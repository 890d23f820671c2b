//! One WebSocket a client; `docs/messages.md` describes what is said over it.

mod allowance;
mod http;
mod hub;
pub mod protocol;
mod requests;
mod session;

pub(crate) use http::{Sockets, upgrade};
pub(crate) use hub::{Hub, Topic};
