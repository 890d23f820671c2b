//! The API over real HTTP on real engines.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod accounts;
mod best_seats;
mod bookings;
mod browser;
mod check_ins;
mod door_search;
mod events;
mod guests;
mod holds;
mod manners;
mod orders;
mod overload;
mod posters;
mod process;
mod sales;
mod sessions;
mod support;
mod tickets;
mod venues;
mod waiting_list;
mod waiting_room;
mod web;
