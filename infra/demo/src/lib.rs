//! Onsale's demo events, and the venues they are in.

pub mod events;
pub mod venues;
