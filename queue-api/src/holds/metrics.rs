//! What can be measured of holds.

use prometheus_client::{metrics::counter::Counter, registry::Registry};

/// The counters of this process.
#[derive(Default)]
pub struct Metrics {
    /// Times the best seats were chosen for somebody for the first time.
    pub chosen: Counter,
    /// Times they were chosen once more, because others had been quicker.
    pub chosen_again: Counter,
}

impl Metrics {
    /// Makes them known.
    pub fn register(&self, registry: &mut Registry) {
        registry.register("holds_chosen", "First choices of the best seats", self.chosen.clone());
        registry.register(
            "holds_chosen_again",
            "Choices after somebody was quicker",
            self.chosen_again.clone(),
        );
    }
}
