//! How much one socket may say: a bucket of tokens.

use std::time::{Duration, Instant};

/// Messages a client may send at once.
const BURST: u32 = 60;
/// One more after each.
const REFILL: Duration = Duration::from_millis(100);

/// What is left of a socket's allowance.
pub(super) struct Allowance {
    left: u32,
    refilled: Instant,
}

impl Allowance {
    pub(super) fn new(now: Instant) -> Self {
        Self { left: BURST, refilled: now }
    }

    /// Takes one; `false` when there is none left.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.refilled);
        let more = u32::try_from(passed.as_millis() / REFILL.as_millis()).unwrap_or(u32::MAX);
        if more > 0 {
            self.left = self.left.saturating_add(more).min(BURST);
            self.refilled += REFILL.saturating_mul(more);
        }
        let taken = self.left.checked_sub(1);
        self.left = taken.unwrap_or(0);
        taken.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_runs_out_and_comes_back() {
        let start = Instant::now();
        let mut allowance = Allowance::new(start);
        assert!((0..BURST).all(|_| allowance.take(start)));
        assert!(!allowance.take(start));
        assert!(allowance.take(start + REFILL), "one more after the refill time");
        assert!(!allowance.take(start + REFILL));
        let later = start + Duration::from_secs(3600);
        assert_eq!((0..BURST * 2).filter(|_| allowance.take(later)).count(), BURST as usize);
    }
}
