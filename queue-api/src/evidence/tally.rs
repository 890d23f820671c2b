//! What the places of a pack add up to, second by second and in all. Keeps a few numbers of each place.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, VecDeque},
};

use shared::domain::waiting_room::{Limits, RATE_WINDOW_MS};

use super::lines::{Outcome, PlaceLine, SecondLine, SummaryLine, Waits};

/// A place that came in.
struct Admission {
    at_ms: i64,
    number: u64,
    /// When its lease was over.
    until_ms: i64,
    wait_ms: Option<i64>,
    extra: bool,
}

/// Counts places.
pub(super) struct Tally {
    drawn_ms: i64,
    offer_ms: i64,
    pass_ttl_ms: i64,
    places: u64,
    claimed: u64,
    outcomes: BTreeMap<Outcome, u64>,
    admissions: Vec<Admission>,
}

impl Tally {
    pub(super) fn new(drawn_ms: i64, offer_ms: i64, pass_ttl_ms: i64) -> Self {
        let (places, claimed) = (0, 0);
        let (outcomes, admissions) = (BTreeMap::new(), Vec::new());
        Self { drawn_ms, offer_ms, pass_ttl_ms, places, claimed, outcomes, admissions }
    }

    pub(super) fn add(&mut self, place: &PlaceLine) {
        self.places += 1;
        *self.outcomes.entry(place.outcome).or_default() += 1;
        let Some(at_ms) = place.released_ms else { return };
        self.claimed += u64::from(place.claimed_ms.is_some());
        // A lease whose end is not written down ends with its time.
        let own_end = match place.claimed_ms {
            Some(claimed_ms) => claimed_ms + self.pass_ttl_ms,
            None => at_ms + self.offer_ms,
        };
        self.admissions.push(Admission {
            at_ms,
            number: place.number,
            until_ms: place.ended_ms.unwrap_or(own_end),
            wait_ms: place.joined_ms.map(|joined_ms| (at_ms - joined_ms.max(self.drawn_ms)).max(0)),
            extra: place.extra,
        });
    }

    /// Everything together; `changes` in their order.
    pub(super) fn finish(mut self, changes: &[Limits]) -> (Vec<SecondLine>, SummaryLine) {
        self.admissions.sort_unstable_by_key(|admission| (admission.at_ms, admission.number));
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let summary = SummaryLine {
            places: self.places,
            released: count(self.admissions.len()),
            extra: count(self.admissions.iter().filter(|admission| admission.extra).count()),
            claimed: self.claimed,
            no_shows: self.outcomes.get(&Outcome::NoShow).copied().unwrap_or(0),
            inversions: inversions(&self.admissions),
            wait_ms: waits(&self.admissions),
            outcomes: self.outcomes,
        };
        (seconds(&self.admissions, changes), summary)
    }
}

/// Those that came in at one moment are in no order among each other.
fn inversions(admissions: &[Admission]) -> u64 {
    let (mut inversions, mut highest) = (0, None);
    for moment in admissions.chunk_by(|a, b| a.at_ms == b.at_ms) {
        inversions += moment.iter().filter(|admission| Some(admission.number) < highest).count();
        highest = highest.max(moment.last().map(|admission| admission.number));
    }
    u64::try_from(inversions).unwrap_or(u64::MAX)
}

fn waits(admissions: &[Admission]) -> Option<Waits> {
    let mut waits: Vec<i64> = admissions.iter().filter_map(|admission| admission.wait_ms).collect();
    waits.sort_unstable();
    let max = *waits.last()?;
    let rank = |percent: usize| waits.get((waits.len() * percent).div_ceil(100) - 1).copied().unwrap_or(max);
    Some(Waits { p50: rank(50), p90: rank(90), p99: rank(99), max })
}

/// Admissions against rate and cap. Both are looked at after all that came in at one moment.
fn seconds(admissions: &[Admission], changes: &[Limits]) -> Vec<SecondLine> {
    let mut seconds: Vec<SecondLine> = Vec::new();
    let mut leases: BinaryHeap<Reverse<i64>> = BinaryHeap::new();
    let mut window: VecDeque<i64> = VecDeque::new();
    for moment in admissions.chunk_by(|a, b| a.at_ms == b.at_ms) {
        let now_ms = moment[0].at_ms;
        while leases.peek().is_some_and(|until| until.0 <= now_ms) {
            leases.pop();
        }
        leases.extend(moment.iter().map(|admission| Reverse(admission.until_ms)));
        while window.front().is_some_and(|earlier| *earlier <= now_ms - RATE_WINDOW_MS) {
            window.pop_front();
        }
        window.extend(moment.iter().filter(|admission| !admission.extra).map(|admission| admission.at_ms));
        let (cap, rate) = Limits::around(changes, now_ms);
        let at_ms = now_ms - now_ms.rem_euclid(1_000);
        if seconds.last().is_none_or(|second| second.at_ms != at_ms) {
            seconds.push(SecondLine { at_ms, released: 0, extra: 0, in_60_s: 0, rate: 0, leases: 0, cap: 0 });
        }
        let Some(second) = seconds.last_mut() else { continue };
        let extra = moment.iter().filter(|admission| admission.extra).count();
        second.released += moment.len() as u64;
        second.extra += extra as u64;
        if extra < moment.len() {
            second.in_60_s = second.in_60_s.max(window.len() as u64);
        }
        second.leases = second.leases.max(leases.len() as u64);
        second.rate = second.rate.max(rate);
        second.cap = second.cap.max(cap);
    }
    seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(number: u64, released_ms: i64, ended_ms: i64) -> PlaceLine {
        PlaceLine {
            ordinal: number,
            number,
            outcome: Outcome::Finished,
            joined_ms: Some(number.cast_signed()),
            released_ms: Some(released_ms),
            claimed_ms: Some(released_ms),
            ended_ms: Some(ended_ms),
            extra: false,
            who: None,
        }
    }

    fn finish(places: &[PlaceLine]) -> (Vec<SecondLine>, SummaryLine) {
        let mut tally = Tally::new(100, 1_000, 1_000);
        places.iter().for_each(|place| tally.add(place));
        tally.finish(&[Limits { from_ms: 0, lease_cap: 2, rate_per_minute: 2 }])
    }

    #[test]
    fn who_comes_in_before_a_lower_number_is_an_inversion() {
        let inversions = |places: &[PlaceLine]| finish(places).1.inversions;
        assert_eq!(inversions(&[place(0, 5, 9), place(2, 5, 9), place(1, 5, 9), place(3, 6, 9)]), 0);
        assert_eq!(inversions(&[place(2, 5, 9), place(1, 6, 9), place(0, 7, 9), place(3, 8, 9)]), 2);
    }

    #[test]
    fn a_second_tells_the_most_of_its_moments() {
        let extra = PlaceLine { extra: true, ..place(2, 2_999, 3_000) };
        let (seconds, summary) =
            finish(&[place(0, 1_000, 2_500), place(1, 2_000, 2_999), extra, place(3, 60_999, 61_000)]);
        let figures: Vec<_> =
            seconds.iter().map(|s| (s.at_ms, s.released, s.extra, s.in_60_s, s.leases)).collect();
        assert_eq!(figures, [(1_000, 1, 0, 1, 1), (2_000, 2, 1, 2, 2), (60_000, 1, 0, 3, 1)]);
        assert_eq!((summary.released, summary.extra, summary.claimed), (4, 1, 4));
    }

    #[test]
    fn the_wait_begins_with_the_draw_or_the_later_joining() {
        let places: Vec<_> = (100..300).map(|number| place(number, 1_000, 1_001)).collect();
        let waits = finish(&places).1.wait_ms;
        assert_eq!(waits, Some(Waits { p50: 800, p90: 880, p99: 898, max: 900 }));
        let early = finish(&[place(0, 1_000, 1_001), place(1, 99, 100)]).1.wait_ms;
        assert_eq!(early, Some(Waits { p50: 0, p90: 900, p99: 900, max: 900 }));
        assert_eq!(finish(&[]).1.wait_ms, None);
    }
}
