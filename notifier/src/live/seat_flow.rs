//! When the seats of one event are told: the first change after a rest at once; what follows is collected for as long as
//! telling everybody takes, and half as long again.

use std::time::Duration;

use shared::contracts::live::SeatChanges;
use tokio::time::Instant;

use super::seat_batch::SeatBatch;

/// The longest time between two texts, however many look: more would be felt.
const LONGEST: Duration = Duration::from_millis(250);

/// The seats of one event on their way to its audience.
#[derive(Debug, Default)]
pub(super) struct SeatFlow {
    /// The last one seen.
    version: Option<u64>,
    batch: Option<SeatBatch>,
    /// No text before this, but for what is full.
    rests_until: Option<Instant>,
}

/// What became of a change.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It waits for its turn.
    Kept,
    /// It waits, but the view was built anew (Redis was lost): versions say nothing about what clients have.
    Anew,
    /// It waits, and this is to be told at once.
    Full(SeatBatch),
}

impl SeatFlow {
    /// Takes the next change.
    pub(super) fn take(&mut self, change: SeatChanges) -> Taken {
        let backwards = self.version.replace(change.version).is_some_and(|last| change.version <= last);
        let says_nothing = change.seats.is_empty() && change.areas.is_empty() && change.map.is_none();
        if backwards || says_nothing {
            self.batch = Some(SeatBatch::new(change));
            return Taken::Anew;
        }
        let Some(batch) = &mut self.batch else {
            self.batch = Some(SeatBatch::new(change));
            return Taken::Kept;
        };
        match batch.append(change) {
            Ok(()) => Taken::Kept,
            Err(change) => Taken::Full(std::mem::replace(batch, SeatBatch::new(change))),
        }
    }

    /// From when on there is something to tell.
    pub(super) fn due(&self) -> Option<Instant> {
        self.batch.as_ref().map(|_| self.rests_until.unwrap_or_else(Instant::now))
    }

    /// What is to be told now.
    pub(super) fn give(&mut self, now: Instant) -> Option<SeatBatch> {
        self.batch.take_if(|_| self.rests_until.is_none_or(|until| until <= now))
    }

    /// Telling began then and took so long: a rest follows, at least `shortest` after it began.
    pub(super) fn told(&mut self, begun: Instant, took: Duration, shortest: Duration) {
        self.rests_until = Some(begun + (took * 3 / 2).min(LONGEST).max(shortest));
    }

    /// Drops what waits.
    pub(super) fn forget(&mut self) {
        self.batch = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(version: u64, seats: &[(u32, u8)]) -> SeatChanges {
        SeatChanges { version, seats: seats.to_vec(), areas: Vec::new(), map: None }
    }

    #[test]
    fn the_first_change_goes_at_once_and_the_next_rests_half_as_long_as_telling_takes() {
        let ms = Duration::from_millis;
        for (took, rest) in [(1, 100), (40, 100), (80, 120), (300, 250)] {
            let (mut flow, begun) = (SeatFlow::default(), Instant::now());
            assert_eq!(flow.take(change(1, &[(1, 1)])), Taken::Kept);
            assert!(flow.due().unwrap() <= Instant::now());
            assert!(flow.give(begun).is_some() && flow.due().is_none());
            flow.told(begun, ms(took), ms(100));
            assert_eq!(flow.take(change(2, &[(2, 1)])), Taken::Kept);
            assert_eq!(flow.take(change(3, &[(3, 1)])), Taken::Kept);
            assert_eq!(flow.due(), Some(begun + ms(rest)), "{took}");
            assert!(flow.give(begun + ms(rest - 1)).is_none());
            assert!(flow.give(begun + ms(rest)).is_some());
        }
    }

    #[test]
    fn what_does_not_fit_goes_at_once_and_a_view_made_anew_says_so() {
        let mut flow = SeatFlow::default();
        flow.take(change(1, &[(1, 1)]));
        assert_eq!(flow.take(change(5, &[(2, 1)])), Taken::Full(SeatBatch::new(change(1, &[(1, 1)]))));
        assert_eq!(flow.take(change(2, &[(3, 1)])), Taken::Anew);
        assert_eq!(flow.take(change(3, &[])), Taken::Anew);
        assert_eq!(flow.give(Instant::now()), Some(SeatBatch::new(change(3, &[]))));
        flow.take(change(4, &[(1, 1)]));
        flow.forget();
        assert!(flow.due().is_none());
    }
}
