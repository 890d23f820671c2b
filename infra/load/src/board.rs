//! What the herds have told, as a whole and second by second.

use std::collections::{BTreeMap, VecDeque};

use anyhow::Context as _;
use hdrhistogram::Histogram;

use crate::{
    herd::Told,
    report::{Quantiles, Second},
    tally::{ERRORS, LATER, Sum, Times, add, histogram},
};

/// Counts that are kept of each second.
const SERIES: [&str; 9] =
    ["joined", "waiting", "sockets", "admitted", "shopping", "tickets", "attacks refused", ERRORS, LATER];
/// Seconds that progress looks back.
const RECENT: usize = 5;

/// Everything that was told until now.
pub(crate) struct Board {
    opens_at_ms: i64,
    /// The latest word of each herd.
    words: Vec<Option<Told>>,
    times: BTreeMap<String, Histogram<u64>>,
    /// By seconds from the opening; the last few with their times.
    seconds: BTreeMap<i64, Second>,
    recent: VecDeque<(i64, BTreeMap<String, Times>)>,
}

/// Everything that was told in all.
pub(crate) struct Closed {
    pub(crate) sum: Sum,
    /// Of each step.
    pub(crate) times: BTreeMap<String, Histogram<u64>>,
    pub(crate) seconds: Vec<Second>,
}

impl Board {
    /// Nothing told yet by so many herds.
    pub(crate) fn new(herds: usize, opens_at_ms: i64) -> Self {
        let words = (0..herds).map(|_| None).collect();
        Self { opens_at_ms, words, times: BTreeMap::new(), seconds: BTreeMap::new(), recent: VecDeque::new() }
    }

    /// Notes what a herd tells at this time.
    pub(crate) fn hear(&mut self, herd: u32, mut told: Told, now_ms: i64) {
        let at_s = (now_ms - self.opens_at_ms).div_euclid(1_000);
        if self.recent.back().is_none_or(|(last, _)| *last < at_s) {
            self.settle(RECENT);
            self.recent.push_back((at_s, BTreeMap::new()));
        }
        for (step, times) in std::mem::take(&mut told.sum.times) {
            add(self.times.entry(step.clone()).or_insert_with(histogram), &times);
            if let Some((_, steps)) = self.recent.back_mut() {
                steps.entry(step).or_default().extend(times);
            }
        }
        if let Some(word) = self.words.get_mut(herd as usize) {
            *word = Some(told);
        }
        let sum = self.sum();
        let counts = SERIES.iter().map(|what| ((*what).to_owned(), sum.of(what)));
        self.second(at_s).counts.extend(counts);
    }

    /// Notes what somebody else counted at this time.
    pub(crate) fn note(&mut self, counts: BTreeMap<String, i64>, now_ms: i64) {
        self.second((now_ms - self.opens_at_ms).div_euclid(1_000)).counts.extend(counts);
    }

    fn second(&mut self, at_s: i64) -> &mut Second {
        self.seconds.entry(at_s).or_insert_with(|| Second { at_s, ..Second::default() })
    }

    /// Adds up the times of all but so many of the last seconds.
    fn settle(&mut self, but: usize) {
        while self.recent.len() > but {
            let Some((at_s, steps)) = self.recent.pop_front() else { return };
            let steps = steps.into_iter();
            let steps = steps.map(|(step, times)| (step, Quantiles::of(&merged([&times]))));
            self.second(at_s).steps = steps.collect();
        }
    }

    /// Counts and breaches until now.
    pub(crate) fn sum(&self) -> Sum {
        let mut sum = Sum::default();
        for told in self.words.iter().flatten() {
            for (what, count) in &told.sum.counts {
                *sum.counts.entry(what.clone()).or_default() += count;
            }
            sum.breaches.extend(told.sum.breaches.iter().cloned());
        }
        sum
    }

    /// The times of each step in the last seconds.
    pub(crate) fn lately(&self) -> BTreeMap<&str, Quantiles> {
        let mut steps: BTreeMap<&str, Vec<&Times>> = BTreeMap::new();
        for (step, times) in self.recent.iter().flat_map(|(_, steps)| steps) {
            steps.entry(step).or_default().push(times);
        }
        steps.into_iter().map(|(step, times)| (step, Quantiles::of(&merged(times)))).collect()
    }

    /// Everything, once all herds have come to their end.
    ///
    /// # Errors
    /// When one has not.
    pub(crate) fn close(mut self) -> anyhow::Result<Closed> {
        for (herd, told) in self.words.iter().enumerate() {
            let ended = told.as_ref().filter(|told| told.ended);
            ended.with_context(|| format!("herd {herd} did not come to its end"))?;
        }
        self.settle(0);
        Ok(Closed { sum: self.sum(), times: self.times, seconds: self.seconds.into_values().collect() })
    }
}

fn merged<'a>(all: impl IntoIterator<Item = &'a Times>) -> Histogram<u64> {
    let mut sum = histogram();
    for times in all {
        add(&mut sum, times);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(ended: bool, joined: i64, times: &[(u64, u64)]) -> Told {
        let counts = BTreeMap::from([("joined".to_owned(), joined)]);
        let times = BTreeMap::from([("join".to_owned(), times.to_vec())]);
        Told { ended, sum: Sum { counts, times, breaches: Vec::new() } }
    }

    #[test]
    fn herds_are_added_up_second_by_second() {
        let mut board = Board::new(2, 10_000);
        board.hear(0, told(false, 5, &[(1_000, 5)]), 8_100);
        board.hear(1, told(false, 7, &[(3_000, 7)]), 8_900);
        board.hear(0, told(true, 9, &[(9_000, 4)]), 10_050);
        assert_eq!(board.sum().of("joined"), 16);
        assert_eq!(board.lately()["join"].count, 16);
        assert!(Board::new(1, 0).close().is_err(), "a herd that said nothing");
        board.note(BTreeMap::from([("api: % of a core".to_owned(), 40)]), 8_950);
        board.hear(1, told(true, 7, &[]), 20_000);
        let Closed { sum, times, seconds } = board.close().unwrap();
        assert_eq!((sum.of("joined"), times["join"].len()), (16, 16));
        let series: Vec<_> = seconds.iter().map(|at| (at.at_s, at.counts["joined"])).collect();
        assert_eq!(series, [(-2, 12), (0, 16), (10, 16)], "a gauge is the sum of the latest words");
        assert_eq!(seconds[0].counts["api: % of a core"], 40, "beside what the herds say");
        assert_eq!((seconds[0].steps["join"].count, seconds[0].steps["join"].p50_us), (12, 3_001));
        assert_eq!(seconds[1].steps["join"].count, 4);
    }
}
