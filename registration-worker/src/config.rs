//! Configuration of the worker.

use std::time::Duration;

use clap::Args;
use shared::config::{EngineArgs, ListenArgs};

/// Everything `registration-worker serve` takes.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Where to listen, for health and metrics.
    #[command(flatten)]
    pub listen: ListenArgs,
    /// Where the engines are.
    #[command(flatten)]
    pub engines: EngineArgs,
    /// How commands are taken.
    #[command(flatten)]
    pub batches: BatchArgs,
    /// When the reconciler acts.
    #[command(flatten)]
    pub reconciler: ReconcilerArgs,
    /// How returned seats are offered.
    #[command(flatten)]
    pub offers: OfferArgs,
}

/// How returned seats are offered to waiting lists.
#[derive(Args, Clone, Copy, Debug)]
pub struct OfferArgs {
    /// How often events with a waiting list are looked at, milliseconds.
    #[arg(long, env = "ONSALE_OFFER_EVERY_MS", default_value_t = 500)]
    pub offer_every_ms: u64,
}

/// How commands are taken from the queue.
#[derive(Args, Clone, Copy, Debug)]
pub struct BatchArgs {
    /// Most bookings decided in one transaction.
    #[arg(long, env = "ONSALE_BATCH_SIZE", default_value_t = 200,
          value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub batch_size: u16,
    /// How long a batch waits for more after its first command, milliseconds.
    #[arg(long, env = "ONSALE_BATCH_WAIT_MS", default_value_t = 15)]
    pub batch_wait_ms: u64,
    /// Batches under way at once: a slow payment gateway holds up one of them.
    #[arg(long, env = "ONSALE_BATCHES_AT_ONCE", default_value_t = 4,
          value_parser = clap::value_parser!(u16).range(1..=16))]
    pub batches_at_once: u16,
}

/// When the reconciler acts on what it finds.
#[derive(Args, Clone, Copy, Debug)]
pub struct ReconcilerArgs {
    /// How often it looks, milliseconds.
    #[arg(long, env = "ONSALE_RECONCILE_EVERY_MS", default_value_t = 2_000)]
    pub reconcile_every_ms: u64,
    /// A checkout that nothing was heard of for so long is given up, seconds. Longer than a hold lives.
    #[arg(long, env = "ONSALE_ABANDON_AFTER_SECONDS", default_value_t = 1_200)]
    pub abandon_after_seconds: u64,
    /// A decided booking whose money has not moved after this time is settled again, seconds.
    #[arg(long, env = "ONSALE_SETTLE_AFTER_SECONDS", default_value_t = 15)]
    pub settle_after_seconds: u64,
    /// An accepted booking that is still undecided after this time is processed from its payment, seconds.
    #[arg(long, env = "ONSALE_PROCESS_AFTER_SECONDS", default_value_t = 60)]
    pub process_after_seconds: u64,
}

impl BatchArgs {
    /// Most commands held unacknowledged: all batches, and as much again to fill the next ones at once.
    #[must_use]
    pub fn prefetch(&self) -> u16 {
        self.batch_size.saturating_mul(self.batches_at_once).saturating_mul(2)
    }

    /// How long a batch waits for more after its first command.
    #[must_use]
    pub fn wait(&self) -> Duration {
        Duration::from_millis(self.batch_wait_ms)
    }
}
