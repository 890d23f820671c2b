//! The places a releaser holds, and when their messages may be acknowledged.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, HashMap},
    sync::Arc,
};

use shared::{
    contracts::PlacesJoined,
    domain::{Draw, PerLane, PlaceId},
};

use crate::waiting_room::room::{Held, PlaceOffer};

/// Places are drawn in pieces of so many, so that others get their turn.
const PIECE: usize = 2_000;

/// A place from the broker.
#[derive(Clone, Debug)]
pub(super) struct BufferedPlace {
    pub(super) place: PlaceId,
    pub(super) who: Arc<str>,
    pub(super) epoch: u64,
    pub(super) joined_at_ms: i64,
}

/// A message that is not acknowledged yet.
pub(super) struct HeldMessage<A> {
    pub(super) ordinals: Box<[u64]>,
    pub(super) tag: A,
}

/// Places by ordinal, and messages by the highest number in them. `A` acknowledges a message.
pub(super) struct Line<A> {
    places: HashMap<u64, BufferedPlace>,
    /// In the order in which they were received.
    pub(super) messages: BTreeMap<u64, HeldMessage<A>>,
    /// Once drawn, messages by their highest number; some are acknowledged already.
    due: BinaryHeap<Reverse<(u64, u64)>>,
    received: u64,
    draw: Option<Draw>,
    /// Numbers below this one are settled.
    settled: u64,
}

impl<A> Default for Line<A> {
    fn default() -> Self {
        Self {
            places: HashMap::new(),
            messages: BTreeMap::new(),
            due: BinaryHeap::new(),
            received: 0,
            draw: None,
            settled: 0,
        }
    }
}

impl<A> Line<A> {
    /// Takes a group in. Of two places with one ordinal the one of the higher epoch is right.
    pub(super) fn receive(&mut self, group: PlacesJoined, message: A) {
        let mut ordinals = Vec::with_capacity(group.places.len());
        for joined in group.places {
            ordinals.push(joined.ordinal);
            let over = self.is_settled(joined.ordinal);
            let newer = self.places.get(&joined.ordinal).is_none_or(|known| known.epoch <= group.epoch);
            if newer && !over {
                let who = joined.who.into();
                let (place, joined_at_ms) = (joined.place_id, joined.joined_at_ms);
                let place = BufferedPlace { place, who, epoch: group.epoch, joined_at_ms };
                self.places.insert(joined.ordinal, place);
            }
        }
        self.received += 1;
        if let Some(draw) = self.draw {
            self.due.push(Reverse((highest(&draw, &ordinals), self.received)));
        }
        let held = HeldMessage { ordinals: ordinals.into(), tag: message };
        self.messages.insert(self.received, held);
    }

    /// Whether a place is in the records.
    pub(super) fn is_settled(&self, ordinal: u64) -> bool {
        self.draw.is_some_and(|draw| draw.number(ordinal) < self.settled)
    }

    /// The draw, once known.
    pub(super) fn draw(&self) -> Option<&Draw> {
        self.draw.as_ref()
    }

    /// Numbers every place by the draw.
    pub(super) async fn set_draw(&mut self, draw: Draw) {
        if self.draw.replace(draw).is_some() {
            return;
        }
        let mut since_pause = 0;
        for (received, message) in &self.messages {
            since_pause += message.ordinals.len();
            self.due.push(Reverse((highest(&draw, &message.ordinals), *received)));
            if since_pause > PIECE {
                since_pause = 0;
                tokio::task::yield_now().await;
            }
        }
    }

    /// What there is for `count` numbers from `serving` on, in a room that will give the ordinals `next`. Numbers that
    /// nobody has are left out. What is missing of the ordinals before `forfeit_below` is offered as forfeited.
    pub(super) fn offers(
        &self,
        serving: u64,
        next: &PerLane,
        count: usize,
        forfeit_below: &PerLane,
    ) -> Vec<PlaceOffer> {
        let Some(draw) = self.draw else { return Vec::new() };
        let lanes = draw.lanes();
        (serving..lanes.end(next))
            .filter(|number| !lanes.is_vacant(*number, next))
            .take(count)
            .map(|number| {
                let ordinal = draw.ordinal(number);
                let held = match self.places.get(&ordinal) {
                    Some(place) => Held::Place(place.place, Arc::clone(&place.who)),
                    None if lanes.is_given(ordinal, forfeit_below) => Held::Forfeit,
                    None => Held::Missing,
                };
                PlaceOffer { number, ordinal, held }
            })
            .collect()
    }

    /// Lets go of a place that Redis does not know under this ordinal.
    pub(super) fn disown(&mut self, ordinal: u64) {
        self.places.remove(&ordinal);
    }

    /// Numbers below `below` are in the records: gives the messages that are settled with them.
    pub(super) fn settle(&mut self, below: u64) -> Vec<A> {
        if let Some(draw) = self.draw {
            for number in self.settled..below {
                self.places.remove(&draw.ordinal(number));
            }
            self.settled = self.settled.max(below);
        }
        let mut settled = Vec::new();
        while let Some(Reverse((highest, message))) = self.due.peek().copied() {
            if highest >= self.settled {
                break;
            }
            self.due.pop();
            settled.extend(self.messages.remove(&message).map(|message| message.tag));
        }
        settled
    }

    /// Lets go of everything, for a room that is over.
    pub(super) fn settle_all(&mut self) -> Vec<A> {
        self.places.clear();
        self.due.clear();
        std::mem::take(&mut self.messages).into_values().map(|message| message.tag).collect()
    }

    /// Places whose turn has not come, of a room that serves `serving`: ordinal and place.
    pub(super) fn unserved(&self, serving: u64) -> Vec<(u64, PlaceId)> {
        let waits = |ordinal: u64| self.draw.is_none_or(|draw| draw.number(ordinal) >= serving);
        let waiting = self.places.iter().filter(|(ordinal, _)| waits(**ordinal));
        waiting.map(|(ordinal, buffered)| (*ordinal, buffered.place)).collect()
    }

    /// Every place, by ordinal.
    pub(super) fn places(&self) -> &HashMap<u64, BufferedPlace> {
        &self.places
    }
}

fn highest(draw: &Draw, ordinals: &[u64]) -> u64 {
    ordinals.iter().map(|ordinal| draw.number(*ordinal)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use shared::{
        contracts::places::JoinedPlace,
        domain::{EventId, Lanes, MessageId, Seed},
    };

    use super::*;

    fn group(epoch: u64, ordinals: &[u64]) -> PlacesJoined {
        let places = ordinals.iter().map(|ordinal| JoinedPlace {
            place_id: PlaceId::new(),
            ordinal: *ordinal,
            who: "who".into(),
            joined_at_ms: 0,
        });
        let places = places.collect();
        PlacesJoined { id: MessageId::new(), version: 1, event_id: EventId::new(), epoch, places }
    }

    #[tokio::test]
    async fn a_message_is_settled_when_all_its_numbers_are() {
        let mut line = Line::default();
        line.receive(group(1, &[0, 1]), "first");
        line.receive(group(1, &[2, 3]), "second");
        line.set_draw(Draw::new(Seed::new([3; 32]), 4)).await;
        line.receive(group(1, &[4]), "line");
        let draw = *line.draw().unwrap();
        let last = draw.number(0).max(draw.number(1));
        let (before, after) = (line.settle(last), line.settle(last + 1));
        assert!(!before.contains(&"first") && after.contains(&"first"), "{before:?} {after:?}");
        assert!(line.settle(4).len() + before.len() + after.len() == 2);
        assert_eq!(line.settle(5), ["line"]);
        assert!(line.places().is_empty());
        // A message that comes again is settled at once.
        line.receive(group(1, &[4]), "again");
        assert_eq!(line.settle(5), ["again"]);
    }

    #[tokio::test]
    async fn of_two_places_with_one_ordinal_the_later_epoch_is_offered() {
        let mut line = Line::default();
        let (newer, older) = (group(2, &[0]), group(1, &[0]));
        let right = newer.places[0].place_id;
        line.receive(newer, ());
        line.receive(older, ());
        line.set_draw(Draw::new(Seed::new([0; 32]), 0)).await;
        let two = PerLane::one(2);
        let offers = line.offers(0, &two, 9, &PerLane::default());
        assert!(matches!(&offers[0].held, Held::Place(place, _) if *place == right));
        assert_eq!(offers[1].held, Held::Missing);
        assert_eq!(line.offers(1, &two, 9, &two)[0].held, Held::Forfeit);
    }

    #[tokio::test]
    async fn slots_that_nobody_has_are_not_offered() {
        let mut line: Line<()> = Line::default();
        let lanes = Lanes::by_shares(&[20]).unwrap();
        line.set_draw(Draw::of_lanes(Seed::new([0; 32]), lanes, PerLane::default())).await;
        let next = PerLane::from_slice(&[6, 1]);
        let numbers = |serving, count| {
            let offers = line.offers(serving, &next, count, &PerLane::from_slice(&[1, 1]));
            offers.iter().map(|offer| (offer.number, offer.held == Held::Forfeit)).collect::<Vec<_>>()
        };
        let missing = |numbers: [u64; 3]| numbers.map(|number| (number, false)).to_vec();
        assert_eq!(numbers(0, 3), [(0, true), (1, false), (2, true)]);
        assert_eq!(numbers(5, 3), missing([5, 6, 8])[..2]);
    }
}
