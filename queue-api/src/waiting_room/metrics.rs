//! What can be measured of waiting rooms.

use std::sync::atomic::AtomicU64;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};
use shared::domain::EventId;

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
    /// Places a second that such a room lets in at most, because no more can be served.
    pace: Family<OfEvent, Gauge<f64, AtomicU64>>,
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
        let help = "Places a second that are let in at most, since no more can be served";
        registry.register("waiting_room_pace", help, self.pace.clone());
    }

    pub(super) fn pace(&self, event: EventId, a_second: f64) {
        self.pace.get_or_create(&OfEvent { event: event.to_string() }).set(a_second);
    }
}
