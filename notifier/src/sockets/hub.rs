//! Who is interested in what, and the bounded queue to each of them.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use parking_lot::Mutex;
use shared::domain::{EventId, PlaceId, UserId};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_util::sync::CancellationToken;

use crate::metrics::Metrics;

/// Something sockets can be interested in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    /// The line of an event.
    Line(EventId),
    /// The seats of an event.
    Seats(EventId),
    /// A place.
    Place(PlaceId),
    /// The bookings of a person.
    Bookings(UserId),
}

/// One socket of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SocketId(u64);

/// What goes to a socket's task.
#[derive(Clone, Debug)]
pub(crate) enum Push {
    /// To be sent as it is.
    Text(Utf8Bytes),
    /// Pushes about place and bookings may have been missed: look at the stores again.
    Refresh,
}

/// The sending side of a socket's queue.
#[derive(Clone)]
struct Outlet {
    queue: mpsc::Sender<Push>,
    too_slow: CancellationToken,
}

/// The receiving side, held by the socket's task.
pub(super) struct Inlet {
    pub(super) id: SocketId,
    pub(super) queue: mpsc::Receiver<Push>,
    /// Cancelled when the queue overflowed.
    pub(super) too_slow: CancellationToken,
    outlet: Outlet,
}

/// All sockets by what they are interested in.
#[derive(Default)]
pub(crate) struct Hub {
    topics: Mutex<HashMap<Topic, HashMap<SocketId, Outlet>>>,
    next: AtomicU64,
    metrics: Arc<Metrics>,
}

impl Hub {
    pub(crate) fn new(metrics: Arc<Metrics>) -> Self {
        Self { metrics, ..Self::default() }
    }

    /// A queue for a new socket.
    pub(super) fn inlet(&self, capacity: usize) -> Inlet {
        let (sender, queue) = mpsc::channel(capacity.max(1));
        let outlet = Outlet { queue: sender, too_slow: CancellationToken::new() };
        let id = SocketId(self.next.fetch_add(1, Ordering::Relaxed));
        Inlet { id, queue, too_slow: outlet.too_slow.clone(), outlet }
    }

    /// Registers interest. Doing it again changes nothing.
    pub(super) fn join(&self, topic: Topic, inlet: &Inlet) {
        self.topics.lock().entry(topic).or_default().insert(inlet.id, inlet.outlet.clone());
    }

    /// Ends interest.
    pub(super) fn leave(&self, topic: Topic, socket: SocketId) {
        if let Entry::Occupied(mut audience) = self.topics.lock().entry(topic) {
            audience.get_mut().remove(&socket);
            if audience.get().is_empty() {
                audience.remove();
            }
        }
    }

    /// Whether anybody is interested.
    pub(crate) fn has_audience(&self, topic: Topic) -> bool {
        self.topics.lock().contains_key(&topic)
    }

    /// Puts a text into the queue of everybody interested; never waits. A socket whose queue is full is told to
    /// end: its client connects again and takes a snapshot.
    pub(crate) fn push(&self, topic: Topic, text: &Utf8Bytes) {
        if let Some(audience) = self.topics.lock().get(&topic) {
            for outlet in audience.values() {
                self.put(outlet, Push::Text(text.clone()));
            }
            self.metrics.pushes.inc_by(audience.len() as u64);
        }
    }

    /// Asks all sockets with a place or bookings to look again.
    pub(crate) fn refresh(&self) {
        for (topic, audience) in &*self.topics.lock() {
            if matches!(topic, Topic::Place(_) | Topic::Bookings(_)) {
                audience.values().for_each(|outlet| self.put(outlet, Push::Refresh));
            }
        }
    }

    fn put(&self, outlet: &Outlet, push: Push) {
        if let Err(mpsc::error::TrySendError::Full(_)) = outlet.queue.try_send(push)
            && !outlet.too_slow.is_cancelled()
        {
            outlet.too_slow.cancel();
            self.metrics.dropped_slow.inc();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(inlet: &mut Inlet) -> Vec<String> {
        std::iter::from_fn(|| inlet.queue.try_recv().ok())
            .filter_map(|push| match push {
                Push::Text(text) => Some(text.to_string()),
                Push::Refresh => None,
            })
            .collect()
    }

    #[test]
    fn only_the_slow_one_is_told_to_end() {
        let hub = Hub::default();
        let topic = Topic::Line(EventId::new());
        let (slow, mut quick) = (hub.inlet(2), hub.inlet(2));
        for inlet in [&slow, &quick] {
            hub.join(topic, inlet);
        }
        for text in ["1", "2", "3", "4"] {
            hub.push(topic, &Utf8Bytes::from_static(text));
            assert_eq!(texts(&mut quick), [text]);
        }
        assert!(slow.too_slow.is_cancelled() && !quick.too_slow.is_cancelled());
    }

    #[test]
    fn a_topic_without_audience_is_forgotten() {
        let hub = Hub::default();
        let (topic, other) = (Topic::Seats(EventId::new()), Topic::Seats(EventId::new()));
        let mut inlet = hub.inlet(4);
        hub.join(topic, &inlet);
        hub.join(topic, &inlet);
        hub.push(other, &Utf8Bytes::from_static("not for us"));
        hub.push(topic, &Utf8Bytes::from_static("once"));
        assert_eq!(texts(&mut inlet), ["once"]);
        hub.leave(topic, inlet.id);
        assert!(!hub.has_audience(topic));
        hub.push(topic, &Utf8Bytes::from_static("nobody"));
        assert!(texts(&mut inlet).is_empty());
    }
}
