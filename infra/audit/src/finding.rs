//! What one check found.

use std::fmt;

/// Most breaches that are shown; all are counted.
const SHOWN: usize = 10;

/// The state of one promise.
#[derive(Clone, Debug, Default)]
pub struct Finding {
    /// Number of the promise in `docs/architecture.md`.
    pub promise: u8,
    /// The promise in short.
    pub title: &'static str,
    /// What was looked at, and how much of it.
    pub counts: Vec<(&'static str, u64)>,
    /// What is still under way: a breach if it stays.
    pub unsettled: Vec<String>,
    /// What breaks the promise.
    pub breaches: Vec<String>,
}

impl Finding {
    /// Nothing found yet.
    #[must_use]
    pub fn new(promise: u8, title: &'static str) -> Self {
        Self { promise, title, ..Self::default() }
    }

    /// Notes how much of something was looked at.
    pub fn count(&mut self, what: &'static str, count: i64) {
        self.counts.push((what, u64::try_from(count).unwrap_or(0)));
    }

    /// Whether nothing is broken, nothing under way.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.breaches.is_empty() && self.unsettled.is_empty()
    }
}

/// One line: the promise, the verdict, the counts; then a line each of the first breaches.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.holds() { "holds " } else { "BROKEN" };
        let counts: Vec<String> = self.counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
        write!(f, "promise {}: {verdict}  {} ({})", self.promise, self.title, counts.join(", "))?;
        let broken = self.breaches.len() + self.unsettled.len();
        for breach in self.breaches.iter().chain(&self.unsettled).take(SHOWN) {
            write!(f, "\n    {breach}")?;
        }
        if broken > SHOWN {
            write!(f, "\n    and {} more", broken - SHOWN)?;
        }
        Ok(())
    }
}
