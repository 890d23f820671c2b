//! What the worker counts.

use std::time::Duration;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{
        counter::Counter,
        family::Family,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};
use shared::store::bookings::Decided;

/// One counter a status and reason.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OutcomeLabels {
    status: &'static str,
    reason: &'static str,
}

/// One counter a kind of repair.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct RepairLabels {
    kind: &'static str,
}

/// Counters and histograms of a worker.
pub struct Metrics {
    /// Bookings decided here, by outcome.
    pub bookings: Family<OutcomeLabels, Counter>,
    /// Commands that made no booking.
    pub dead_letters: Counter,
    /// Facts published from the outbox.
    pub published: Counter,
    /// What the reconciler had to finish.
    pub repairs: Family<RepairLabels, Counter>,
    batch_size: Histogram,
    batch_seconds: Histogram,
}

impl Metrics {
    /// Makes them known to `registry`.
    #[must_use]
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            bookings: Family::default(),
            dead_letters: Counter::default(),
            published: Counter::default(),
            repairs: Family::default(),
            batch_size: Histogram::new(exponential_buckets(1.0, 2.0, 10)),
            batch_seconds: Histogram::new(exponential_buckets(0.001, 2.0, 14)),
        };
        registry.register("bookings_decided", "Bookings decided, by outcome", metrics.bookings.clone());
        registry.register("dead_letters", "Commands that made no booking", metrics.dead_letters.clone());
        registry.register("outbox_published", "Facts published", metrics.published.clone());
        registry.register("repairs", "What the reconciler finished, by kind", metrics.repairs.clone());
        registry.register("batch_size", "Commands in a batch", metrics.batch_size.clone());
        registry.register(
            "batch_seconds",
            "From the first command of a batch to its acknowledgement",
            metrics.batch_seconds.clone(),
        );
        metrics
    }

    /// Counts a decided booking; one that was decided before is not counted again.
    pub fn decided(&self, decided: &Decided) {
        if decided.fresh {
            let reason = decided.reason.map_or("", shared::domain::RejectionReason::as_str);
            let labels = OutcomeLabels { status: decided.status.as_str(), reason };
            self.bookings.get_or_create(&labels).inc();
        }
    }

    /// Counts a batch.
    #[expect(clippy::cast_precision_loss, reason = "a batch is small")]
    pub fn batch(&self, size: usize, took: Duration) {
        self.batch_size.observe(size as f64);
        self.batch_seconds.observe(took.as_secs_f64());
    }

    /// Counts what the reconciler finished.
    pub fn repaired(&self, kind: &'static str, count: usize) {
        if count > 0 {
            tracing::info!(kind, count, "reconciler: finished");
            self.repairs.get_or_create(&RepairLabels { kind }).inc_by(count as u64);
        }
    }
}
