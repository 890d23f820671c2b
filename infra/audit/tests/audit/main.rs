//! The audit on real engines: it passes a healthy store, and finds each breach that is planted.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod bookings;
mod doors;
mod line;
mod mails;
mod money;
mod program;
mod seats;
mod support;
mod waiting_list;
