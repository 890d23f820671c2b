//! Folding: many small messages of a queue become few big ones.
//!
//! Nothing of a lobby may be acknowledged before its draw, and a line that is paused for long grows as well, while the
//! broker delivers only so many messages that are not acknowledged. A room whose fans trickle in one by one would
//! stand still behind them. So what many small messages say is published once more in few big ones, and only when the
//! broker has confirmed these the small ones are acknowledged. Whoever dies in between leaves both: a place that comes
//! twice is the same place.

use std::{collections::BTreeMap, time::Duration};

use shared::{
    broker::{
        Message, PublishError,
        topology::{Queue, TO_QUEUE},
    },
    contracts::{PlacesJoined, places::JoinedPlace},
    domain::{EventId, MessageId},
};
use tokio::time::Instant;

use super::{
    line::Line,
    room_task::{RoomTask, TaskError},
};

/// Most places of a folded message.
const BIG: usize = 2_000;
/// Messages of fewer places are folded.
const SMALL: usize = BIG / 2;
/// When folding is tried again after it failed.
const AGAIN: Duration = Duration::from_secs(1);

/// What small messages say, in big ones.
pub(super) struct Folding {
    groups: Vec<(Queue, PlacesJoined)>,
    /// The small ones, in [`Line::messages`].
    messages: Vec<u64>,
}

impl<A> Line<A> {
    /// The small messages as big ones; none when that would not make them much fewer.
    fn fold(&self, event: EventId) -> Option<Folding> {
        let mut messages = Vec::new();
        let mut kinds: BTreeMap<(bool, u64), BTreeMap<u64, JoinedPlace>> = BTreeMap::new();
        for (received, message) in &self.messages {
            // A place that is not here although it is not over is left to the message it came in.
            let known = |ordinal: &u64| self.places().contains_key(ordinal) || self.is_settled(*ordinal);
            if message.ordinals.len() >= SMALL || !message.ordinals.iter().all(known) {
                continue;
            }
            messages.push(*received);
            for ordinal in &message.ordinals {
                if let Some(place) = self.places().get(ordinal) {
                    let drawn = self.draw().is_none_or(|draw| draw.is_drawn(*ordinal));
                    let joined = JoinedPlace {
                        place_id: place.place,
                        ordinal: *ordinal,
                        who: place.who.to_string(),
                        joined_at_ms: place.joined_at_ms,
                    };
                    kinds.entry((drawn, place.epoch)).or_default().insert(*ordinal, joined);
                }
            }
        }
        let mut groups = Vec::new();
        for ((drawn, epoch), places) in kinds {
            let places: Vec<JoinedPlace> = places.into_values().collect();
            for places in places.chunks(BIG) {
                let queue = if drawn { Queue::Lobby(event) } else { Queue::Line(event) };
                let (id, places) = (MessageId::new(), places.to_vec());
                groups.push((queue, PlacesJoined { id, version: 1, event_id: event, epoch, places }));
            }
        }
        (groups.len() * 2 <= messages.len()).then_some(Folding { groups, messages })
    }

    /// Lets go of the messages that were folded.
    fn let_go(&mut self, folding: &Folding) -> Vec<A> {
        let gone = folding.messages.iter().filter_map(|message| self.messages.remove(message));
        gone.map(|message| message.tag).collect()
    }
}

impl RoomTask<'_> {
    /// Folds when half of what the broker delivers at most is not acknowledged.
    pub(super) async fn fold_if_many(&mut self) -> Result<(), TaskError> {
        let many = usize::from(self.app.config.releaser_prefetch) / 2;
        if self.line.messages.len() < many || self.fold_at > Instant::now() {
            return Ok(());
        }
        let Some(folding) = self.line.fold(self.event) else {
            self.fold_at = Instant::now() + AGAIN;
            return Ok(());
        };
        if let Err(error) = self.publish(&folding).await {
            self.fold_at = Instant::now() + AGAIN;
            self.app.waiting_rooms.metrics.unfolded.inc();
            tracing::warn!(%error, event = %self.event, "waiting room: messages cannot be folded");
            return Ok(());
        }
        let (small, big) = (folding.messages.len(), folding.groups.len());
        for message in self.line.let_go(&folding) {
            self.session.acknowledge(message).await?;
        }
        self.app.waiting_rooms.metrics.folded.inc_by(small as u64);
        tracing::info!(event = %self.event, small, big, "waiting room: folded");
        Ok(())
    }

    /// Returns when the broker has confirmed all of it.
    async fn publish(&self, folding: &Folding) -> Result<(), PublishError> {
        for (queue, group) in &folding.groups {
            let body = serde_json::to_vec(group).map_err(|_| PublishError::Refused)?;
            let routing_key = queue.name();
            let message = Message { exchange: TO_QUEUE, routing_key, id: group.id, mandatory: true, body };
            self.app.publisher.publish(&message).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use shared::domain::{Draw, PlaceId, Seed};

    use super::*;

    fn group(epoch: u64, ordinals: impl IntoIterator<Item = u64>) -> PlacesJoined {
        let places = ordinals.into_iter().map(|ordinal| JoinedPlace {
            place_id: PlaceId::new(),
            ordinal,
            who: format!("who-{ordinal}"),
            joined_at_ms: 7,
        });
        let places = places.collect();
        PlacesJoined { id: MessageId::new(), version: 1, event_id: EventId::new(), epoch, places }
    }

    fn ordinals(folding: &Folding) -> Vec<(u64, Vec<u64>)> {
        let of = |group: &PlacesJoined| group.places.iter().map(|place| place.ordinal).collect();
        folding.groups.iter().map(|(_, group)| (group.epoch, of(group))).collect()
    }

    #[test]
    fn places_keep_what_they_are_and_big_messages_stay() {
        let mut line = Line::default();
        let singles: Vec<PlacesJoined> = (0..2_500).rev().map(|ordinal| group(1, [ordinal])).collect();
        for single in &singles {
            line.receive(single.clone(), single.places[0].ordinal);
        }
        line.receive(group(1, 2_500..2_500 + SMALL as u64), 1_000_000);
        line.receive(group(2, [9_000]), 9_000);
        let folding = line.fold(EventId::new()).unwrap();
        let folded = ordinals(&folding);
        let in_first = (0..2_000).collect::<Vec<_>>();
        assert_eq!(folded, [(1, in_first), (1, (2_000..2_500).collect()), (2, vec![9_000])]);
        assert_eq!(folding.groups[0].1.places[3], singles[2_496].places[0]);

        // Both come again after a crash: still one place for each ordinal, and each message is let go in its time.
        for (_, group) in &folding.groups {
            line.receive(group.clone(), 2_000_000);
        }
        assert_eq!(line.places().len(), 2_501 + SMALL);
        assert_eq!(line.let_go(&folding).len(), 2_501);
        assert_eq!(line.messages.len(), 4);
        assert!(line.fold(EventId::new()).is_none(), "two groups would take the place of two messages");
    }

    #[tokio::test]
    async fn what_is_settled_is_not_said_again_and_what_is_unknown_stays() {
        let mut line = Line::default();
        let draw = Draw::new(Seed::new([1; 32]), 10);
        for ordinal in 0..30 {
            line.receive(group(1, [ordinal]), ordinal);
        }
        line.set_draw(draw).await;
        assert_eq!(line.settle(5).len(), 5);
        line.receive(group(1, [draw.ordinal(4), 30]), 30);
        line.disown(12);
        let event = EventId::new();
        let folding = line.fold(event).unwrap();
        let mut waiting: Vec<u64> = (5..10).map(|number| draw.ordinal(number)).collect();
        waiting.sort_unstable();
        let after = (10..31).filter(|ordinal| *ordinal != 12).collect();
        assert_eq!(ordinals(&folding), [(1, after), (1, waiting)]);
        assert_eq!([&folding.groups[0].0, &folding.groups[1].0], [&Queue::Line(event), &Queue::Lobby(event)]);
        assert!(!line.let_go(&folding).contains(&12));
        assert_eq!(line.messages.len(), 1);
        // What was folded is due no more.
        assert_eq!(line.settle(31), [12]);
    }
}
