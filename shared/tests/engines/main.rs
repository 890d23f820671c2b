//! `shared` on real engines.

mod bookings;
mod broker;
mod events;
mod link;
mod payments;
mod races;
