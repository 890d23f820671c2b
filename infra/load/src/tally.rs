//! What fans saw, added up: counts, times, and what should never be.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

/// Most breaches of one kind that are kept word by word.
const EXAMPLES: usize = 20;
/// Longest time that is told apart, microseconds.
const LONGEST_US: u64 = 600_000_000;
/// The count of all calls that failed.
pub(crate) const ERRORS: &str = "errors";
/// The count of all calls that were answered with "come again later".
pub(crate) const LATER: &str = "told to come again";

/// Times: microseconds, and how often.
pub(crate) type Times = Vec<(u64, u64)>;

/// Adds up while fans live.
#[derive(Default)]
pub(crate) struct Tally {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    counts: BTreeMap<String, i64>,
    times: BTreeMap<String, Histogram<u64>>,
    breaches: Vec<String>,
}

/// The sum, to be sent and added to others.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Sum {
    pub(crate) counts: BTreeMap<String, i64>,
    /// Of each step, since it was last told.
    pub(crate) times: BTreeMap<String, Times>,
    pub(crate) breaches: Vec<String>,
}

impl Tally {
    /// Counts something.
    pub(crate) fn count(&self, what: &str, by: i64) {
        let mut inner = self.inner.lock();
        if let Some(count) = inner.counts.get_mut(what) {
            *count += by;
        } else {
            inner.counts.insert(what.to_owned(), by);
        }
    }

    /// Notes how long a step took.
    pub(crate) fn time(&self, step: &str, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(LONGEST_US).clamp(1, LONGEST_US);
        let mut inner = self.inner.lock();
        if !inner.times.contains_key(step) {
            inner.times.insert(step.to_owned(), histogram());
        }
        if let Some(times) = inner.times.get_mut(step) {
            times.saturating_record(us);
        }
    }

    /// The same, of a step that ends now.
    pub(crate) fn since(&self, step: &str, begun: Instant) {
        self.time(step, begun.elapsed());
    }

    /// Counts a call that failed.
    pub(crate) fn error(&self, step: &str, why: &str) {
        self.count(&format!("{step}: {why}"), 1);
        self.count(&errors_of(step), 1);
        self.count(ERRORS, 1);
    }

    /// Counts a call that is to be made again later.
    pub(crate) fn later(&self, step: &str, status: u16) {
        self.count(&format!("{step}: {status}"), 1);
        self.count(LATER, 1);
    }

    /// Notes what should never be.
    pub(crate) fn breach(&self, what: String) {
        self.count("breaches", 1);
        let mut inner = self.inner.lock();
        if inner.breaches.len() < EXAMPLES {
            inner.breaches.push(what);
        }
    }

    /// Counts and breaches so far, and the times since this was last called.
    pub(crate) fn tell(&self) -> Sum {
        let mut inner = self.inner.lock();
        let mut times = BTreeMap::new();
        for (step, noted) in inner.times.iter_mut().filter(|(_, noted)| !noted.is_empty()) {
            let all = noted.iter_recorded().map(|at| (at.value_iterated_to(), at.count_at_value()));
            times.insert(step.clone(), all.collect());
            noted.reset();
        }
        Sum { counts: inner.counts.clone(), times, breaches: inner.breaches.clone() }
    }
}

impl Sum {
    /// A count.
    pub(crate) fn of(&self, what: &str) -> i64 {
        self.counts.get(what).copied().unwrap_or(0)
    }
}

/// Under what the errors of a step are counted.
pub(crate) fn errors_of(step: &str) -> String {
    format!("{step}: errors")
}

/// A histogram of microseconds without any.
pub(crate) fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST_US, 3).unwrap_or_else(|_| unreachable!("the bounds are good"))
}

/// Adds times to a histogram.
pub(crate) fn add(all: &mut Histogram<u64>, times: &Times) {
    for (us, count) in times {
        all.saturating_record_n(*us, *count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_once_and_added_up_elsewhere() {
        let (one, other) = (Tally::default(), Tally::default());
        for ms in 1..=100 {
            one.time("join", Duration::from_millis(ms));
            other.time("join", Duration::from_millis(100 + ms));
        }
        let mut all = histogram();
        for told in [one.tell(), other.tell(), one.tell()] {
            for times in told.times.values() {
                add(&mut all, times);
            }
        }
        assert_eq!(all.len(), 200, "what was told is not told again");
        let ms = |quantile| all.value_at_quantile(quantile) / 1_000;
        assert_eq!((ms(0.5), ms(0.99), ms(1.0)), (100, 198, 200));
    }

    #[test]
    fn an_error_counts_in_its_step_and_in_all() {
        let tally = Tally::default();
        tally.error("hold", "no answer");
        tally.error("pay", "500");
        tally.later("join", 503);
        let sum = tally.tell();
        let counts =
            ["hold: no answer", &errors_of("hold"), ERRORS, "join: 503", LATER].map(|what| sum.of(what));
        assert_eq!(counts, [1, 1, 2, 1, 1]);
    }
}
