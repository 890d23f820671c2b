//! What two or more of Onsale's processes need.
//!
//! | module | is |
//! |---|---|
//! | [`domain`] | the words of the trade as types; knows no network and no store |
//! | [`contracts`] | the messages on the wire |
//! | [`store`] | PostgreSQL: the truth |
//! | [`payments`] | the payment gateway behind one small trait, and the sandbox |
//! | [`processing`] | an accepted command becomes a booking; a booking is taken back |
//! | [`redis`] | Redis: the client and the names of the keys |
//! | [`locks`] | seat locks, holds and the live view in Redis |
//! | [`broker`] | RabbitMQ: topology, publishing with confirms, supervised consuming |
//! | [`ticket_document`] | the ticket as PDF, QR and calendar entry |
//! | [`tokens`] | signed things: access tokens, places, passes, ticket codes |
//! | [`web_push`] | telling a browser something while no page is open |
//! | [`rush`] | more come than can be served: who turns people away says so, what can wait waits |
//! | [`grouped`] | what many ask for at the same time is done together |
//! | [`clock`], [`config`], [`server`], [`health`], [`telemetry`] | what every process is made of |

pub mod broker;
pub mod clock;
pub mod config;
pub mod contracts;
pub mod domain;
pub mod grouped;
pub mod health;
pub mod locks;
pub mod payments;
pub mod processing;
pub mod redis;
pub mod rush;
pub mod server;
pub mod store;
pub mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;
pub mod ticket_document;
pub mod tokens;
pub mod web_push;
