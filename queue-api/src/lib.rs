//! Onsale's front API. One folder per noun of the URL, each with the same rooms: `http.rs` (extract, call one
//! service, map), `service.rs` (what happens), `store.rs` (the SQL).

pub mod access_codes;
pub mod accounts;
pub mod app;
pub mod bookings;
pub mod check_ins;
pub mod checkout;
pub mod client;
pub mod config;
pub mod cookies;
pub mod cross_site;
pub mod download;
pub mod etag;
pub mod events;
pub mod evidence;
pub mod extract;
pub mod holds;
pub mod idempotency;
pub mod locale;
pub mod openapi;
pub mod orders;
pub mod passes;
pub mod posters;
pub mod problem;
pub mod rate_limit;
pub mod readable;
pub mod robots;
pub mod sales;
pub mod seat_maps;
pub mod socket;
pub mod tickets;
pub mod turn_notices;
pub mod venues;
pub mod waiting_list;
pub mod waiting_room;
pub mod web;
