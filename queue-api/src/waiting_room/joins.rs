//! Joining: those that arrive together are numbered by one call of Redis and made durable by one message.
//!
//! Nobody is answered before Redis has numbered and the broker has confirmed. When nothing is under way a joiner
//! is served at once; under load groups form while others are on their way.

use std::{collections::HashMap, sync::Arc, time::Duration};

use parking_lot::Mutex;
use shared::{
    broker::{
        Message, PublishError, Publisher,
        topology::{Queue, TO_QUEUE},
    },
    contracts::{PlacesJoined, places::JoinedPlace},
    domain::{EventId, LaneIndex, MessageId, PlaceId},
    redis::Redis,
};
use tokio::sync::{Semaphore, mpsc, oneshot};

use super::{
    metrics::Metrics,
    reply::RoomError,
    room::{JoinRefused, Numbered, NumberedPlace, RedisRoom},
};

/// Most joiners of one event who wait to be grouped; more are told to come again.
const WAITING: usize = 20_000;
/// Most joiners in one group.
const GROUP: usize = 500;
/// Most groups of one event under way at once.
const GROUPS_UNDER_WAY: usize = 4;
/// What others may join in while groups are under way.
const GATHER: Duration = Duration::from_millis(2);
/// How often a joiner whose unconfirmed place was forfeited is numbered again.
const ATTEMPTS: usize = 3;

/// A place that is numbered and safe.
#[derive(Clone, Debug)]
pub struct SafePlace {
    /// The place.
    pub place: NumberedPlace,
    /// The room when it was numbered.
    pub room: Arc<Numbered>,
}

/// Why a join was not answered with a place. Joining again is safe in every case.
#[derive(Debug, thiserror::Error)]
pub enum JoinFailure {
    /// Too many wait at this door.
    #[error("too many join at once")]
    Busy,
    /// The phase does not allow it.
    #[error("nobody can join now")]
    Refused(JoinRefused),
    /// An engine does not answer, or the room is being made again.
    #[error("the waiting room cannot be reached right now")]
    Unavailable,
}

struct Request {
    who: Arc<str>,
    lane: LaneIndex,
    answer: oneshot::Sender<Result<SafePlace, JoinFailure>>,
}

/// The door of every room.
pub struct Joins {
    redis: Redis,
    publisher: Publisher,
    metrics: Arc<Metrics>,
    doors: Mutex<HashMap<EventId, mpsc::Sender<Request>>>,
}

impl Joins {
    pub(super) fn new(redis: Redis, publisher: Publisher, metrics: Arc<Metrics>) -> Self {
        Self { redis, publisher, metrics, doors: Mutex::default() }
    }

    /// Joins `who` to everybody's lane of the room of `event`.
    ///
    /// # Errors
    /// See [`JoinFailure`].
    pub async fn join(&self, event: EventId, who: Arc<str>) -> Result<SafePlace, JoinFailure> {
        self.join_lane(event, who, 0).await
    }

    /// Joins `who` to a lane. Who has a place keeps it, whatever its lane.
    ///
    /// # Errors
    /// See [`JoinFailure`].
    pub async fn join_lane(
        &self,
        event: EventId,
        who: Arc<str>,
        lane: LaneIndex,
    ) -> Result<SafePlace, JoinFailure> {
        let (answer, answered) = oneshot::channel();
        self.door(event).try_send(Request { who, lane, answer }).map_err(|_| JoinFailure::Busy)?;
        answered.await.unwrap_or(Err(JoinFailure::Unavailable))
    }

    fn door(&self, event: EventId) -> mpsc::Sender<Request> {
        let mut doors = self.doors.lock();
        if let Some(door) = doors.get(&event).filter(|door| !door.is_closed()) {
            return door.clone();
        }
        let (sender, requests) = mpsc::channel(WAITING);
        let door = Door {
            event,
            room: RedisRoom::new(self.redis.clone(), event),
            publisher: self.publisher.clone(),
            metrics: Arc::clone(&self.metrics),
        };
        tokio::spawn(gather(Arc::new(door), requests));
        doors.insert(event, sender.clone());
        sender
    }
}

/// Forms groups until nobody can send any more.
async fn gather(door: Arc<Door>, mut requests: mpsc::Receiver<Request>) {
    let slots = Arc::new(Semaphore::new(GROUPS_UNDER_WAY));
    loop {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
        let mut group = Vec::new();
        if requests.recv_many(&mut group, GROUP).await == 0 {
            return;
        }
        let idle = slots.available_permits() == GROUPS_UNDER_WAY - 1;
        if !idle && group.len() < GROUP {
            tokio::time::sleep(GATHER).await;
            while group.len() < GROUP
                && let Ok(request) = requests.try_recv()
            {
                group.push(request);
            }
        }
        let door = Arc::clone(&door);
        tokio::spawn(async move {
            door.admit(group).await;
            drop(slot);
        });
    }
}

/// The door of one room.
struct Door {
    event: EventId,
    room: RedisRoom,
    publisher: Publisher,
    metrics: Arc<Metrics>,
}

impl Door {
    /// Answers every joiner of a group.
    async fn admit(&self, mut group: Vec<Request>) {
        self.metrics.groups.inc();
        for _ in 0..ATTEMPTS {
            group = self.try_admit(group).await;
            if group.is_empty() {
                return;
            }
        }
        refuse(group, || JoinFailure::Unavailable);
    }

    /// Answers whom it can; gives back those who must be numbered again.
    async fn try_admit(&self, group: Vec<Request>) -> Vec<Request> {
        let joiner = |request: &Request| (request.who.clone(), PlaceId::new(), request.lane);
        let joiners: Vec<_> = group.iter().map(joiner).collect();
        let numbered = match self.room.join(&joiners).await {
            Ok(Ok(numbered)) => Arc::new(numbered),
            Ok(Err(refused)) => {
                refuse(group, || JoinFailure::Refused(refused));
                return Vec::new();
            }
            Err(error) => {
                if !matches!(error, RoomError::Missing) {
                    tracing::warn!(%error, event = %self.event, "waiting room: cannot number");
                }
                refuse(group, || JoinFailure::Unavailable);
                return Vec::new();
            }
        };
        let mut unsafe_yet = Vec::new();
        for (request, place) in group.into_iter().zip(&numbered.places) {
            if place.confirmed {
                self.answer(request, *place, &numbered);
            } else {
                unsafe_yet.push((request, *place));
            }
        }
        self.make_safe(unsafe_yet, &numbered).await
    }

    async fn make_safe(
        &self,
        group: Vec<(Request, NumberedPlace)>,
        numbered: &Arc<Numbered>,
    ) -> Vec<Request> {
        if group.is_empty() {
            return Vec::new();
        }
        let ordinals: Vec<u64> = group.iter().map(|(_, place)| place.ordinal).collect();
        let confirmed = match self.publish(&group, numbered).await {
            Ok(()) => self.room.confirm(numbered.epoch, &ordinals).await.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let confirmed = match confirmed {
            Ok(Some(confirmed)) => confirmed,
            // Numbered by a room that is gone: once more, by the one that is there now.
            Ok(None) => vec![false; group.len()],
            Err(error) => {
                tracing::warn!(error, event = %self.event, "waiting room: joins are not safe, not answered");
                refuse(group.into_iter().map(|(request, _)| request), || JoinFailure::Unavailable);
                return Vec::new();
            }
        };
        let mut again = Vec::new();
        for ((request, place), confirmed) in group.into_iter().zip(confirmed) {
            if confirmed {
                self.answer(request, place, numbered);
            } else {
                again.push(request);
            }
        }
        again
    }

    fn answer(&self, request: Request, place: NumberedPlace, room: &Arc<Numbered>) {
        self.metrics.joins.inc();
        // Who went away in the meantime finds the place when joining again.
        let _ = request.answer.send(Ok(SafePlace { place, room: Arc::clone(room) }));
    }

    /// One message for those who are drawn, one for those after the draw; nearly always only one of them.
    async fn publish(
        &self,
        group: &[(Request, NumberedPlace)],
        numbered: &Numbered,
    ) -> Result<(), PublishError> {
        for (queue, lobby) in [(Queue::Lobby(self.event), true), (Queue::Line(self.event), false)] {
            let places: Vec<JoinedPlace> = group
                .iter()
                .filter(|(_, place)| numbered.is_drawn(place.ordinal) == lobby)
                .map(|(request, place)| JoinedPlace {
                    place_id: place.place,
                    ordinal: place.ordinal,
                    who: request.who.to_string(),
                    joined_at_ms: numbered.now_ms,
                })
                .collect();
            if !places.is_empty() {
                let id = MessageId::new();
                let message =
                    PlacesJoined { id, version: 1, event_id: self.event, epoch: numbered.epoch, places };
                self.publish_to(&queue, &message).await?;
            }
        }
        Ok(())
    }

    async fn publish_to(&self, queue: &Queue, joined: &PlacesJoined) -> Result<(), PublishError> {
        let body = serde_json::to_vec(joined).map_err(|_| PublishError::Refused)?;
        let message =
            Message { exchange: TO_QUEUE, routing_key: queue.name(), id: joined.id, mandatory: true, body };
        match self.publisher.publish(&message).await {
            Err(PublishError::Unroutable(_)) => {
                let channel = self.publisher.channel().await?;
                queue.declare(&channel).await.map_err(PublishError::Broken)?;
                self.publisher.publish(&message).await
            }
            done => done,
        }
    }
}

fn refuse(group: impl IntoIterator<Item = Request>, failure: impl Fn() -> JoinFailure) {
    for request in group {
        let _ = request.answer.send(Err(failure()));
    }
}
