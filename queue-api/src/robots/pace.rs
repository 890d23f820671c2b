//! Counting over a sliding window, in the memory of this process: the door is no place for a round trip.

use std::{collections::HashMap, hash::Hash};

use parking_lot::Mutex;

/// Most keys one counter remembers; what comes beyond them in a window is not counted.
const MOST_KEYS: usize = 500_000;

/// So many of each key in the last window, nearly: what was counted in the window before this one fades out evenly.
#[derive(Debug)]
pub(super) struct Pace<K> {
    window_ms: i64,
    windows: Mutex<Windows<K>>,
}

#[derive(Debug)]
struct Windows<K> {
    /// Number of the current window.
    current: i64,
    now: HashMap<K, u32>,
    before: HashMap<K, u32>,
}

impl<K: Eq + Hash + Clone> Pace<K> {
    /// Nothing counted yet.
    #[must_use]
    pub(super) fn new(window_ms: i64) -> Self {
        let windows = Windows { current: 0, now: HashMap::new(), before: HashMap::new() };
        Self { window_ms, windows: Mutex::new(windows) }
    }

    /// Counts one; how many there were in the window that ends now, this one included.
    pub(super) fn count(&self, key: &K, now_ms: i64) -> u32 {
        let mut windows = self.windows.lock();
        windows.turn_to(now_ms.div_euclid(self.window_ms));
        if windows.now.len() < MOST_KEYS || windows.now.contains_key(key) {
            *windows.now.entry(key.clone()).or_default() += 1;
        }
        windows.sum(key, self.left(now_ms))
    }

    /// How many there were in the window that ends now.
    pub(super) fn of(&self, key: &K, now_ms: i64) -> u32 {
        let mut windows = self.windows.lock();
        windows.turn_to(now_ms.div_euclid(self.window_ms));
        windows.sum(key, self.left(now_ms))
    }

    /// The share of the window before that still counts.
    fn left(&self, now_ms: i64) -> f64 {
        let gone = now_ms.rem_euclid(self.window_ms);
        #[expect(clippy::cast_precision_loss, reason = "windows are minutes")]
        let share = gone as f64 / self.window_ms as f64;
        1.0 - share
    }
}

impl<K: Eq + Hash> Windows<K> {
    fn turn_to(&mut self, window: i64) {
        // A clock that went back counts on in the window it has.
        if window <= self.current {
            return;
        }
        let last = std::mem::take(&mut self.now);
        self.before = if window == self.current + 1 { last } else { HashMap::new() };
        self.current = window;
    }

    fn sum(&self, key: &K, left: f64) -> u32 {
        let before = f64::from(self.before.get(key).copied().unwrap_or(0)) * left;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most a u32, never negative"
        )]
        let before = before as u32;
        self.now.get(key).copied().unwrap_or(0).saturating_add(before)
    }
}

/// How many levels harder a puzzle gets for `seen` where `limit` is usual: one above the limit, one more for each
/// doubling, `most` at most.
#[must_use]
pub(super) fn harder(seen: u32, limit: u32, most: u8) -> u8 {
    if seen <= limit || limit == 0 {
        return 0;
    }
    let levels = 1 + (seen / limit).ilog2();
    u8::try_from(levels).unwrap_or(u8::MAX).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_fades_out() {
        let pace = Pace::new(1_000);
        for _ in 0..100 {
            pace.count(&"a", 5_500);
        }
        assert_eq!((pace.of(&"a", 5_999), pace.of(&"b", 5_999)), (100, 0));
        assert_eq!(pace.of(&"a", 6_000), 100);
        assert_eq!(pace.of(&"a", 6_250), 75);
        assert_eq!(pace.count(&"a", 6_500), 51);
        assert_eq!(pace.of(&"a", 8_000), 0, "a whole window without any");
        assert_eq!(pace.count(&"a", 7_000), 1, "a clock that goes back does not bring it back");
    }

    #[test]
    fn it_gets_harder_with_each_doubling_up_to_a_bound() {
        let levels = [0, 100, 101, 199, 200, 400, 800, 1_600, u32::MAX].map(|seen| harder(seen, 100, 4));
        assert_eq!(levels, [0, 0, 1, 1, 2, 3, 4, 4, 4]);
        assert_eq!(harder(5, 0, 4), 0, "no limit");
    }
}
