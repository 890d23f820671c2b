//! What can be measured of waiting rooms.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

/// Label: the event.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OfEvent {
    /// Its id.
    pub event: String,
}

/// The counters of this process.
#[derive(Default)]
pub struct Metrics {
    /// Joins that were answered with a place.
    pub joins: Counter,
    /// Groups they came in.
    pub groups: Counter,
    /// Places this process admitted.
    pub releases: Counter,
    /// Messages this process folded into bigger ones.
    pub folded: Counter,
    /// Times they could not be folded.
    pub unfolded: Counter,
    /// Places waiting in rooms that this process releases.
    pub waiting: Family<OfEvent, Gauge>,
    /// Live leases in rooms that this process releases.
    pub shopping: Family<OfEvent, Gauge>,
}

impl Metrics {
    /// Makes them known.
    pub fn register(&self, registry: &mut Registry) {
        registry.register("waiting_room_joins", "Joins answered with a place", self.joins.clone());
        registry.register("waiting_room_groups", "Groups joins came in", self.groups.clone());
        registry.register("waiting_room_releases", "Places admitted", self.releases.clone());
        registry.register("waiting_room_folded", "Messages folded into bigger ones", self.folded.clone());
        registry.register("waiting_room_unfolded", "Failures to fold", self.unfolded.clone());
        registry.register("waiting_room_waiting", "Places waiting", self.waiting.clone());
        registry.register("waiting_room_shopping", "Live leases", self.shopping.clone());
    }
}
