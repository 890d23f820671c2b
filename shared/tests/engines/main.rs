//! `shared` on real engines.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bookings;
mod broker;
mod events;
mod link;
mod locks;
mod payments;
mod races;
mod support;
