//! `shared` on real engines.

mod broker;
