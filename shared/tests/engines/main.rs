//! `shared` on real engines.

mod broker;
mod events;
