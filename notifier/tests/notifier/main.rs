//! The notifier on real engines: sockets over TCP, mail over SMTP into a real mailbox.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bookings;
mod guests;
mod live;
mod mail;
mod mail_server;
mod manners;
mod push_service;
mod rush;
mod support;
mod turns;
mod undelivered;
