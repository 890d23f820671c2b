//! `registration-worker`: turns accepted booking commands into bookings.
//!
//! | module | does |
//! |---|---|
//! | [`consumer`] | takes commands in batches, has them decided and settled, then acknowledges |
//! | [`relay`] | publishes the outbox |
//! | [`reconciler`] | finishes what a crash or a silent gateway left |
//! | [`waiting_list`] | offers what returns after an event is sold out |
//! | [`dead_letters`] | shows, re-drives and drops what could not be processed |
//!
//! Any number of workers may run: rows are taken with SKIP LOCKED, bookings are decided under locks, and every
//! step may be repeated.

pub mod config;
pub mod consumer;
pub mod dead_letters;
pub mod metrics;
pub mod reconciler;
pub mod relay;
pub mod waiting_list;
pub mod worker;
