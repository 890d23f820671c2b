//! Onsale's demo events, the venues they are in, and people to try them as.

pub mod accounts;
pub mod events;
pub mod venues;
