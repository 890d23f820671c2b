//! `shared` on real engines.

mod broker;
mod events;
mod link;
