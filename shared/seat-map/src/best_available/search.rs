//! The windows of neighbouring free seats, and how good each is.

use std::{
    collections::{BTreeSet, BinaryHeap},
    ops::Range,
};

use super::Wish;
use crate::{Point, SeatIndex, SeatKind, SeatMap, SeatStates};

const FREE: u8 = 1;
const TIER: u8 = 2;
const WHEELCHAIR: u8 = 4;
const COMPANION: u8 = 8;
const RESTRICTED: u8 = 16;

/// One part of a group: neighbours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) seats: u32,
    /// Of these, exactly so many are places for wheelchairs.
    pub(super) wheelchairs: u32,
    /// Each of those has somebody else beside.
    pub(super) accompanied: bool,
}

impl Part {
    pub(super) fn ordinary(seats: u32) -> Self {
        Self { seats, wheelchairs: 0, accompanied: false }
    }
}

/// How good a window is: less is better, field by field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    /// Single seats left behind.
    alone: u8,
    /// Companion seats that nobody in a wheelchair is beside any more.
    wasted: u32,
    rank: u32,
    restricted: u32,
    /// Square centimetres.
    distance: i64,
}

/// The free seats of a map, and where the next ones should be close to.
pub(super) struct Search<'a> {
    map: &'a SeatMap,
    /// By seat.
    flags: Vec<u8>,
    towards: Point,
    spread: usize,
    choice: usize,
}

impl<'a> Search<'a> {
    pub(super) fn new(map: &'a SeatMap, states: &SeatStates, wish: &Wish<'_>) -> Self {
        let flags = |seat: SeatIndex| {
            let free = if states.is_available(seat) { FREE } else { 0 };
            let tier =
                wish.tiers.is_empty() || map.tier_of(seat).is_some_and(|tier| wish.tiers.contains(&tier));
            let kind = match map.kind_of(seat) {
                None => 0,
                Some(SeatKind::Wheelchair) => WHEELCHAIR,
                Some(SeatKind::Companion) => COMPANION,
                Some(SeatKind::RestrictedView) => RESTRICTED,
            };
            free | kind | if tier { TIER } else { 0 }
        };
        Self {
            map,
            flags: (0..map.seat_count()).map(flags).collect(),
            towards: map.stage(),
            spread: wish.spread.max(1),
            choice: wish.choice,
        }
    }

    pub(super) fn is_wheelchair_place(&self, seat: SeatIndex) -> bool {
        self.flags[seat as usize] & WHEELCHAIR != 0
    }

    /// Takes seats for the group; the next ones are looked for near them and are not spread any more.
    pub(super) fn take(&mut self, seats: Range<SeatIndex>) {
        if let Some(middle) = self.map.position(seats.start + (seats.end - seats.start) / 2) {
            self.towards = middle;
        }
        self.spread = 1;
        for flags in &mut self.flags[seats.start as usize..seats.end as usize] {
            *flags &= !FREE;
        }
    }

    /// The lengths of all runs of ordinary seats that may be given.
    pub(super) fn run_lengths(&self) -> Vec<u32> {
        let stretches = self.map.all_stretches().iter();
        stretches
            .flat_map(|stretch| self.runs(&stretch.seats, false))
            .map(|run| run.end - run.start)
            .collect()
    }

    /// The best window for a part; among the best few when the answers are to be spread.
    pub(super) fn best_window(&self, part: Part) -> Option<Range<SeatIndex>> {
        let mut windows = self.best_windows(part, self.spread);
        if windows.is_empty() { None } else { Some(windows.swap_remove(self.choice % windows.len())) }
    }

    /// The best windows for a part that do not overlap, at most so many, the best first. Those that leave more seats
    /// alone, or waste more companion seats, than the best one are no alternative to it.
    pub(super) fn best_windows(&self, part: Part, most: usize) -> Vec<Range<SeatIndex>> {
        // A window overlaps fewer than twice as many others as it has seats.
        let keep = if most == 1 { 1 } else { most * 2 * part.seats as usize };
        let mut best: BinaryHeap<(Score, SeatIndex)> = BinaryHeap::with_capacity(keep + 1);
        for stretch in self.map.all_stretches() {
            for run in self.runs(&stretch.seats, part.wheelchairs > 0) {
                for start in run.start..(run.end + 1).saturating_sub(part.seats).max(run.start) {
                    let window = start..start + part.seats;
                    if part.wheelchairs > 0 && !self.suits(&window, part) {
                        continue;
                    }
                    let candidate = (self.score(&window, &stretch.seats, stretch.rank, part), start);
                    if best.len() < keep {
                        best.push(candidate);
                    } else if let Some(mut worst) = best.peek_mut()
                        && candidate < *worst
                    {
                        *worst = candidate;
                    }
                }
            }
        }
        apart(&best.into_sorted_vec(), part.seats, most)
    }

    /// The maximal runs of seats in a stretch that may be given.
    fn runs<'s>(
        &'s self,
        stretch: &Range<SeatIndex>,
        accessible: bool,
    ) -> impl Iterator<Item = Range<SeatIndex>> + use<'s, 'a> {
        let besides = if accessible { 0 } else { WHEELCHAIR | COMPANION };
        let may_be_given =
            move |seat: SeatIndex| self.flags[seat as usize] & (FREE | TIER | besides) == FREE | TIER;
        let (mut at, end) = (stretch.start, stretch.end);
        std::iter::from_fn(move || {
            let start = (at..end).find(|seat| may_be_given(*seat))?;
            at = (start..end).find(|seat| !may_be_given(*seat)).unwrap_or(end);
            Some(start..at)
        })
    }

    fn suits(&self, window: &Range<SeatIndex>, part: Part) -> bool {
        let is_place = |seat: &SeatIndex| self.is_wheelchair_place(*seat);
        let is_other = |seat: SeatIndex| window.contains(&seat) && !self.is_wheelchair_place(seat);
        let mut places = window.clone().filter(is_place);
        window.clone().filter(is_place).count() == part.wheelchairs as usize
            && (!part.accompanied || places.all(|seat| is_other(seat + 1) || seat > 0 && is_other(seat - 1)))
    }

    fn score(&self, window: &Range<SeatIndex>, stretch: &Range<SeatIndex>, rank: u32, part: Part) -> Score {
        let count = |flag: u8| {
            let flags = &self.flags[window.start as usize..window.end as usize];
            u32::try_from(flags.iter().filter(|flags| **flags & flag != 0).count()).unwrap_or(u32::MAX)
        };
        let middle = self.map.position(window.start + part.seats / 2).unwrap_or(self.towards);
        let square = (middle.x_cm - self.towards.x_cm).powi(2) + (middle.y_cm - self.towards.y_cm).powi(2);
        #[expect(clippy::cast_possible_truncation, reason = "square centimetres of a venue")]
        Score {
            alone: self.left_alone(window, stretch),
            wasted: if part.wheelchairs > 0 { count(COMPANION).saturating_sub(part.wheelchairs) } else { 0 },
            rank,
            restricted: count(RESTRICTED),
            distance: square as i64,
        }
    }

    /// How many single ordinary seats stay free beside a window, of whatever tier.
    fn left_alone(&self, window: &Range<SeatIndex>, stretch: &Range<SeatIndex>) -> u8 {
        let is_free = |seat: Option<SeatIndex>| {
            seat.is_some_and(|seat| {
                stretch.contains(&seat) && self.flags[seat as usize] & (FREE | WHEELCHAIR | COMPANION) == FREE
            })
        };
        let left = is_free(window.start.checked_sub(1)) && !is_free(window.start.checked_sub(2));
        let right = is_free(Some(window.end)) && !is_free(Some(window.end + 1));
        u8::from(left) + u8::from(right)
    }
}

/// The first windows of `size` that neither overlap nor leave a single seat between them, and are as good in kind as the
/// very first.
fn apart(best: &[(Score, SeatIndex)], size: u32, most: usize) -> Vec<Range<SeatIndex>> {
    let mut taken = BTreeSet::new();
    let mut windows = Vec::new();
    for (score, start) in best {
        let is_as_kind =
            best.first().is_some_and(|(first, _)| (score.alone, score.wasted) == (first.alone, first.wasted));
        let leaves_one = taken.contains(&(start + size + 1))
            || start.checked_sub(size + 1).is_some_and(|at| taken.contains(&at));
        let is_apart =
            !leaves_one && taken.range(start.saturating_sub(size - 1)..start + size).next().is_none();
        if windows.len() < most && is_as_kind && is_apart {
            taken.insert(*start);
            windows.push(*start..start + size);
        }
    }
    windows
}
