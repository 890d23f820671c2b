//! The time. Everything that asks for it takes a [`Clock`], so that tests can set it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use time::OffsetDateTime;

/// Where the time comes from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// Milliseconds since the Unix epoch, set by a test.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still until [`Clock::advance_ms`] moves it.
    #[must_use]
    pub fn fixed(unix_ms: i64) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(unix_ms)))
    }

    /// Moves a fixed clock; the system's clock moves by itself.
    pub fn advance_ms(&self, ms: i64) {
        if let Self::Fixed(now) = self {
            now.fetch_add(ms, Ordering::SeqCst);
        }
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        match self {
            Self::System => i64::try_from(self.now().unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX),
            Self::Fixed(now) => now.load(Ordering::SeqCst),
        }
    }

    /// Seconds since the Unix epoch, as tokens carry it.
    #[must_use]
    pub fn now_s(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }

    /// The time in UTC.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
            Self::System => OffsetDateTime::now_utc(),
            Self::Fixed(now) => from_unix_ms(now.load(Ordering::SeqCst)),
        }
    }
}

/// A time from milliseconds since the Unix epoch; out of range becomes the epoch.
#[must_use]
pub fn from_unix_ms(unix_ms: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_ms) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
