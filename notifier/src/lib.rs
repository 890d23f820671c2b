//! The notifier: tells fans what happened, at once over a WebSocket and lastingly by mail.
//!
//! | module | does |
//! |---|---|
//! | [`sockets`] | the WebSocket: its protocol, one task a socket, who is interested in what |
//! | [`live`] | where pushes come from: Redis channels, RabbitMQ's facts, and the stores for what was before |
//! | `turns` | "it is your turn", by mail and Web Push, for those who asked |
//! | [`mail`] | one mail a booking and occasion, with tickets and calendar entry |

pub mod app;
pub mod config;
pub mod live;
pub mod mail;
mod metrics;
pub mod sockets;
mod turns;
