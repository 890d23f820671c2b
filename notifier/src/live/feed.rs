//! The live channels of the events that sockets look at: one Redis connection of its own, one task.
//!
//! The task alone subscribes and unsubscribes, and looks at the hub to know what is wanted: whatever the order in
//! which sockets come and go, the last look decides.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
    time::Duration,
};

use fred::{
    clients::SubscriberClient,
    interfaces::{ClientLike as _, EventInterface as _, PubsubInterface as _},
    types::Message,
};
use parking_lot::Mutex;
use shared::{
    contracts::live::{LineStatus, SeatChanges},
    domain::EventId,
    redis::Redis,
};
use tokio::{
    sync::{broadcast, mpsc, oneshot},
    time::{Instant, sleep_until, timeout},
};
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_util::sync::CancellationToken;

use super::{
    line_teller::LineTeller,
    seat_batch::SeatBatch,
    seat_flow::{SeatFlow, Taken},
};
use crate::sockets::{Hub, Topic, protocol::Reply};

/// Sockets that may wait for a subscription at the same time.
const WAITING: usize = 4_096;
/// How long a socket waits for one.
const WATCH_TIMEOUT: Duration = Duration::from_secs(4);
/// How often the task asks whether Redis is there yet.
const ASK_AGAIN: Duration = Duration::from_millis(500);

/// Asks for the live channels of topics. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Feed {
    looks: mpsc::Sender<Look>,
    lines: Arc<Mutex<HashMap<EventId, LineTeller>>>,
}

/// The audience of a topic may have come or gone.
struct Look {
    topic: Topic,
    /// Told once the channel is subscribed to.
    done: Option<oneshot::Sender<()>>,
}

/// The task behind it.
struct Task {
    redis: Redis,
    hub: Arc<Hub>,
    subscriber: SubscriberClient,
    lines: Arc<Mutex<HashMap<EventId, LineTeller>>>,
    channels: HashMap<String, Topic>,
    seats: HashMap<EventId, SeatFlow>,
    /// The shortest time between two texts of one event's seats.
    pause: Duration,
}

impl Feed {
    /// Starts the task.
    ///
    /// # Errors
    /// When the connection cannot be set up; Redis may be away.
    pub(crate) fn start(
        redis: Redis,
        hub: Arc<Hub>,
        pause: Duration,
        shutdown: CancellationToken,
    ) -> Result<Self, fred::error::Error> {
        let (looks, waiting) = mpsc::channel(WAITING);
        let lines = Arc::new(Mutex::new(HashMap::new()));
        let task = Task {
            subscriber: redis.subscriber()?,
            redis,
            hub,
            lines: Arc::clone(&lines),
            channels: HashMap::new(),
            seats: HashMap::new(),
            pause,
        };
        tokio::spawn(task.run(waiting, shutdown));
        Ok(Self { looks, lines })
    }

    /// Waits until changes of this topic reach the hub; `false` when that takes too long.
    pub(crate) async fn watch(&self, topic: Topic) -> bool {
        let (done, subscribed) = oneshot::channel();
        let watching = async {
            self.looks.send(Look { topic, done: Some(done) }).await.ok()?;
            subscribed.await.ok()
        };
        matches!(timeout(WATCH_TIMEOUT, watching).await, Ok(Some(())))
    }

    /// Says that somebody is no longer interested.
    pub(crate) async fn unwatch(&self, topic: Topic) {
        // After the task has ended there is nothing to give up.
        let _ = self.looks.send(Look { topic, done: None }).await;
    }

    /// The last thing said about the line of an event that is being watched.
    pub(crate) fn last_line(&self, event: EventId) -> Option<Utf8Bytes> {
        self.lines.lock().get(&event).and_then(LineTeller::last)
    }
}

impl Task {
    async fn run(mut self, mut looks: mpsc::Receiver<Look>, shutdown: CancellationToken) {
        let mut messages = self.subscriber.message_rx();
        if shutdown.run_until_cancelled(self.connected()).await.is_none() {
            return;
        }
        // From here on: the first connection is no reconnection.
        let mut reconnections = self.subscriber.reconnect_rx();
        loop {
            let due = self.seats.values().filter_map(SeatFlow::due).min();
            tokio::select! {
                () = shutdown.cancelled() => break,
                message = messages.recv() => match message {
                    Ok(message) => self.take(&message).await,
                    Err(broadcast::error::RecvError::Lagged(_)) => self.resync().await,
                    Err(broadcast::error::RecvError::Closed) => break,
                },
                look = looks.recv() => match look {
                    Some(look) => self.look(look).await,
                    None => break,
                },
                Ok(_) = reconnections.recv() => self.resubscribe().await,
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => self.tell_seats().await,
            }
        }
        let _ = timeout(Duration::from_secs(1), self.subscriber.quit()).await;
    }

    async fn connected(&self) {
        // Asked again and again: a connection that comes between its question and its waiting is never told of.
        while !matches!(timeout(ASK_AGAIN, self.subscriber.wait_for_connect()).await, Ok(Ok(()))) {}
    }

    fn channel(&self, topic: Topic) -> Option<String> {
        match topic {
            Topic::Line(event) => Some(self.redis.event(event).line_channel()),
            Topic::Seats(event) => Some(self.redis.event(event).seats_channel()),
            Topic::Place(_) | Topic::Bookings(_) => None,
        }
    }

    async fn look(&mut self, Look { topic, done }: Look) {
        let Some(channel) = self.channel(topic) else { return };
        let (wanted, subscribed) = (self.hub.has_audience(topic), self.channels.contains_key(&channel));
        if wanted && !subscribed {
            if let Err(error) = self.subscriber.subscribe(channel.clone()).await {
                tracing::warn!(%error, "live: cannot subscribe");
                return;
            }
            self.channels.insert(channel, topic);
        } else if !wanted && subscribed {
            self.forget(&channel, topic).await;
        }
        if let Some(done) = done {
            // A socket that no longer waits has left.
            let _ = done.send(());
        }
    }

    async fn forget(&mut self, channel: &str, topic: Topic) {
        self.channels.remove(channel);
        match topic {
            Topic::Line(event) => drop(self.lines.lock().remove(&event)),
            Topic::Seats(event) => drop(self.seats.remove(&event)),
            Topic::Place(_) | Topic::Bookings(_) => {}
        }
        if let Err(error) = self.subscriber.unsubscribe(channel).await {
            tracing::warn!(%error, "live: cannot unsubscribe");
        }
    }

    /// After a new connection: everything again, and nobody knows what was missed.
    async fn resubscribe(&mut self) {
        let channels: Vec<String> = self.channels.keys().cloned().collect();
        if !channels.is_empty()
            && let Err(error) = self.subscriber.subscribe(channels).await
        {
            // The connection broke once more; the next one comes here again.
            tracing::warn!(%error, "live: cannot subscribe again");
        }
        self.resync().await;
    }

    async fn resync(&mut self) {
        self.seats.values_mut().for_each(SeatFlow::forget);
        for topic in self.channels.values().copied() {
            if let Topic::Seats(event) = topic {
                self.hub.broadcast(topic, &Reply::Resync { to: "seats", event }.encode()).await;
            }
        }
    }

    async fn take(&mut self, message: &Message) {
        let Some(topic) = self.channels.get(&*message.channel).copied() else { return };
        let Some(text) = message.value.as_str() else { return };
        match topic {
            Topic::Line(event) => match serde_json::from_str(&text) {
                Ok(status) => self.take_line(event, status),
                Err(error) => tracing::warn!(%error, "live: a line that cannot be read"),
            },
            Topic::Seats(event) => match serde_json::from_str(&text) {
                Ok(change) => self.take_seats(event, change).await,
                Err(error) => tracing::warn!(%error, "live: seat changes that cannot be read"),
            },
            Topic::Place(_) | Topic::Bookings(_) => {}
        }
    }

    fn take_line(&self, event: EventId, status: LineStatus) {
        match self.lines.lock().entry(event) {
            Entry::Occupied(teller) => teller.get().take(status),
            Entry::Vacant(line) => {
                line.insert(LineTeller::start(event, Arc::clone(&self.hub), status));
            }
        }
    }

    async fn take_seats(&mut self, event: EventId, change: SeatChanges) {
        let reply = match self.seats.entry(event).or_default().take(change) {
            Taken::Kept => return,
            Taken::Anew => Reply::Resync { to: "seats", event },
            Taken::Full(batch) => batch.into_reply(event),
        };
        self.hub.broadcast(Topic::Seats(event), &reply.encode()).await;
    }

    /// Tells the audience of each event whose turn it is.
    async fn tell_seats(&mut self) {
        let now = Instant::now();
        let due: Vec<(EventId, SeatBatch)> =
            self.seats.iter_mut().filter_map(|(event, flow)| Some((*event, flow.give(now)?))).collect();
        for (event, batch) in due {
            let begun = Instant::now();
            self.hub.broadcast(Topic::Seats(event), &batch.into_reply(event).encode()).await;
            if let Some(flow) = self.seats.get_mut(&event) {
                flow.told(begun, begun.elapsed(), self.pause);
            }
        }
    }
}
