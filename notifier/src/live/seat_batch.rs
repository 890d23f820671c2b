//! Seat changes of one event, collected for a moment and sent as one text.

use std::collections::BTreeMap;

use shared::{
    contracts::live::SeatChanges,
    domain::{AreaIndex, EventId, SeatIndex},
};

use crate::sockets::protocol::Reply;

/// Most seats of one text (about 20 kB); more go out at once, as another.
const MOST_SEATS: usize = 2_000;

/// Consecutive changes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SeatBatch {
    after: u64,
    version: u64,
    seats: BTreeMap<SeatIndex, u8>,
    areas: BTreeMap<AreaIndex, u32>,
    map: Option<String>,
}

impl SeatBatch {
    /// Starts with one change.
    pub(super) fn new(change: SeatChanges) -> Self {
        Self {
            after: change.version.saturating_sub(1),
            version: change.version,
            seats: change.seats.into_iter().collect(),
            areas: change.areas.into_iter().collect(),
            map: change.map,
        }
    }

    /// Takes the next change; gives it back when it does not follow on, or no longer fits: the batch is to be sent
    /// first. A client sees a version that was skipped as a gap between two texts.
    pub(super) fn append(&mut self, change: SeatChanges) -> Result<(), SeatChanges> {
        let follows = change.version == self.version + 1;
        if !follows || self.seats.len() + change.seats.len() > MOST_SEATS {
            return Err(change);
        }
        self.version = change.version;
        self.seats.extend(change.seats);
        self.areas.extend(change.areas);
        self.map = change.map.or_else(|| self.map.take());
        Ok(())
    }

    pub(super) fn into_reply(self, event: EventId) -> Reply {
        let Self { after, version, seats, areas, map } = self;
        let (seats, areas) = (seats.into_iter().collect(), areas.into_iter().collect());
        Reply::Seats { event, after, version, seats, areas, map }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn change(version: u64, seats: &[(SeatIndex, u8)]) -> SeatChanges {
        SeatChanges {
            version,
            seats: seats.to_vec(),
            areas: vec![(0, u32::try_from(version).unwrap_or(0))],
            map: None,
        }
    }

    #[test]
    fn only_the_last_state_is_told() {
        let mut batch = SeatBatch::new(change(7, &[(1, 1), (2, 1)]));
        batch.append(change(8, &[(1, 0)])).unwrap();
        let event = EventId::new();
        let (seats, areas) = (vec![(1, 0), (2, 1)], vec![(0, 8)]);
        let expected = Reply::Seats { event, after: 6, version: 8, seats, areas, map: None };
        assert_eq!(batch.into_reply(event), expected);
    }

    #[test]
    fn a_skipped_version_starts_another_batch() {
        let mut batch = SeatBatch::new(change(7, &[(1, 1)]));
        for version in [9, 7, 1] {
            assert!(batch.append(change(version, &[(2, 2)])).is_err(), "{version}");
        }
    }

    proptest! {
        /// However changes are cut into batches, a client that applies them ends with the same seats, and sees
        /// every skipped version as a gap.
        #[test]
        fn batches_tell_what_the_changes_told(
            steps in prop::collection::vec((1_u64..3, prop::collection::vec((0_u32..20, 0_u8..4), 1..4)), 1..60),
        ) {
            let (mut version, mut truth, mut skipped) = (0, BTreeMap::new(), 0);
            let (mut batches, mut current): (Vec<SeatBatch>, Option<SeatBatch>) = (Vec::new(), None);
            for (step, seats) in steps {
                version += step;
                skipped += usize::from(step > 1);
                truth.extend(seats.iter().copied());
                let change = SeatChanges { version, seats, areas: Vec::new(), map: None };
                current = match current.take() {
                    None => Some(SeatBatch::new(change)),
                    Some(mut batch) => match batch.append(change) {
                        Ok(()) => Some(batch),
                        Err(change) => { batches.push(batch); Some(SeatBatch::new(change)) }
                    },
                };
            }
            batches.extend(current);
            let (mut at, mut seats, mut gaps) = (0, BTreeMap::new(), 0);
            for batch in batches {
                gaps += usize::from(batch.after > at);
                at = batch.version;
                seats.extend(batch.seats);
            }
            prop_assert_eq!((at, seats, gaps), (version, truth, skipped));
        }
    }
}
