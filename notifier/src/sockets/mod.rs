//! One WebSocket a client; `docs/messages.md` describes what is said over it.

mod allowance;
mod ends;
mod http;
mod hub;
pub mod protocol;
mod requests;
mod session;
mod wire;

pub(crate) use http::{Sockets, upgrade};
pub(crate) use hub::{Hub, Topic};
