//! The worker on real engines.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod commands;
mod crashes;
mod dead_letters;
mod engines_away;
mod reconciler;
mod storm;
mod support;
mod waiting_list;
