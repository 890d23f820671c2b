//! Codes with which people join a waiting room: invitations, presales. An organiser has some made or gives a word of
//! its own; joining [redeems](redeem) one.

mod code;
mod export;
mod http;
mod redeem;
mod service;
mod store;
mod views;

pub use http::routes;
pub(crate) use redeem::redeem;
pub use redeem::{REDEEMED_AT_ONCE, Redeemed};
