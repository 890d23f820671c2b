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
    /// Of each step: microseconds and how often.
    pub(crate) times: BTreeMap<String, Vec<(u64, u64)>>,
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

    /// Notes what should never be.
    pub(crate) fn breach(&self, what: String) {
        self.count("breaches", 1);
        let mut inner = self.inner.lock();
        if inner.breaches.len() < EXAMPLES {
            inner.breaches.push(what);
        }
    }

    /// The sum so far; the times only when they are asked for, since they are long.
    pub(crate) fn sum(&self, with_times: bool) -> Sum {
        let inner = self.inner.lock();
        let all = |times: &Histogram<u64>| {
            times.iter_recorded().map(|at| (at.value_iterated_to(), at.count_at_value())).collect()
        };
        let times = inner.times.iter().filter(|_| with_times);
        Sum {
            counts: inner.counts.clone(),
            times: times.map(|(step, times)| (step.clone(), all(times))).collect(),
            breaches: inner.breaches.clone(),
        }
    }
}

impl Sum {
    /// Adds another.
    pub(crate) fn add(&mut self, other: &Self) {
        for (what, count) in &other.counts {
            *self.counts.entry(what.clone()).or_default() += count;
        }
        for (step, times) in &other.times {
            self.times.entry(step.clone()).or_default().extend(times);
        }
        self.breaches.extend(other.breaches.iter().cloned());
    }

    /// A count.
    pub(crate) fn of(&self, what: &str) -> i64 {
        self.counts.get(what).copied().unwrap_or(0)
    }

    /// The times of each step.
    pub(crate) fn histograms(&self) -> impl Iterator<Item = (&str, Histogram<u64>)> {
        self.times.iter().map(|(step, times)| {
            let mut all = histogram();
            for (us, count) in times {
                all.saturating_record_n(*us, *count);
            }
            (step.as_str(), all)
        })
    }
}

fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST_US, 3).unwrap_or_else(|_| unreachable!("the bounds are good"))
}
