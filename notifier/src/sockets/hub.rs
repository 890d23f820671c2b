//! Who is interested in what, and the way to each of them.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use parking_lot::Mutex;
use shared::domain::{EventId, PlaceId, UserId};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::wire::{Encoded, Wire};
use crate::metrics::Metrics;

/// Sockets that are written to before others get their turn: about half a millisecond.
const AT_ONCE: usize = 64;

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

/// A socket that can be interested in something.
pub(super) struct Member {
    pub(super) id: SocketId,
    wire: Arc<Wire>,
}

/// All sockets by what they are interested in.
#[derive(Default)]
pub(crate) struct Hub {
    topics: Mutex<HashMap<Topic, HashMap<SocketId, Arc<Wire>>>>,
    next: AtomicU64,
    metrics: Arc<Metrics>,
}

impl Hub {
    pub(crate) fn new(metrics: Arc<Metrics>) -> Self {
        Self { metrics, ..Self::default() }
    }

    /// A new socket.
    pub(super) fn member(&self, wire: Arc<Wire>) -> Member {
        Member { id: SocketId(self.next.fetch_add(1, Ordering::Relaxed)), wire }
    }

    /// Registers interest. Doing it again changes nothing.
    pub(super) fn join(&self, topic: Topic, member: &Member) {
        self.topics.lock().entry(topic).or_default().insert(member.id, Arc::clone(&member.wire));
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

    /// Sends a text to everybody interested, who should be few; never waits. A socket for which too much waits is told
    /// to end: its client connects again and takes a snapshot.
    pub(crate) fn push(&self, topic: Topic, text: &Utf8Bytes) {
        let audience = self.audience(topic);
        self.send(&audience, &Encoded::from(text));
    }

    /// The same for many: others get their turn in between. Whoever sends more to this topic waits for the end.
    pub(crate) async fn broadcast(&self, topic: Topic, text: &Utf8Bytes) {
        let (audience, text) = (self.audience(topic), Encoded::from(text));
        for some in audience.chunks(AT_ONCE) {
            self.send(some, &text);
            tokio::task::yield_now().await;
        }
    }

    /// Asks all sockets with a place or bookings to look again.
    pub(crate) fn refresh(&self) {
        for (topic, audience) in &*self.topics.lock() {
            if matches!(topic, Topic::Place(_) | Topic::Bookings(_)) {
                audience.values().for_each(|wire| wire.refresh());
            }
        }
    }

    /// Who is interested now. Writing to them takes long: nobody is to wait for that.
    fn audience(&self, topic: Topic) -> Vec<Arc<Wire>> {
        self.topics
            .lock()
            .get(&topic)
            .map(|audience| audience.values().cloned().collect())
            .unwrap_or_default()
    }

    fn send(&self, audience: &[Arc<Wire>], text: &Encoded) {
        let too_slow = audience.iter().filter(|wire| wire.push(text)).count();
        self.metrics.dropped_slow.inc_by(too_slow as u64);
        self.metrics.pushes.inc_by(audience.len() as u64);
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpStream;

    use super::*;
    use crate::sockets::ends::tests::{pair, texts};

    /// A socket of this hub, and its client.
    async fn socket(hub: &Hub) -> (Member, TcpStream) {
        let (client, ends) = pair(2).await;
        (hub.member(Arc::clone(ends.wire())), client)
    }

    #[tokio::test]
    async fn a_topic_without_audience_is_forgotten() {
        let hub = Hub::default();
        let (topic, other) = (Topic::Seats(EventId::new()), Topic::Seats(EventId::new()));
        let (member, mut client) = socket(&hub).await;
        hub.join(topic, &member);
        hub.join(topic, &member);
        hub.push(other, &Utf8Bytes::from_static("not for us"));
        hub.push(topic, &Utf8Bytes::from_static("once"));
        hub.leave(topic, member.id);
        assert!(!hub.has_audience(topic));
        hub.broadcast(topic, &Utf8Bytes::from_static("nobody")).await;
        drop(member);
        assert_eq!(texts(&mut client).await, ["once"]);
    }

    #[tokio::test]
    async fn all_of_many_hear_a_broadcast_once() {
        let hub = Hub::default();
        let topic = Topic::Seats(EventId::new());
        let mut clients = Vec::new();
        for _ in 0..AT_ONCE * 2 + 1 {
            let (member, client) = socket(&hub).await;
            hub.join(topic, &member);
            clients.push(client);
        }
        hub.broadcast(topic, &Utf8Bytes::from_static("one")).await;
        hub.broadcast(topic, &Utf8Bytes::from_static("two")).await;
        drop(hub);
        for client in &mut clients {
            assert_eq!(texts(client).await, ["one", "two"]);
        }
    }
}
