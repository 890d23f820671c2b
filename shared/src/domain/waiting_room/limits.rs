//! What was in force when: for those who look at a room's records afterwards.

/// A change of rate or cap reaches Redis within this time; around it either may be in force.
pub const CHANGE_LAG_MS: i64 = 2_000;

/// What was in force from a moment on.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From when, Unix ms.
    pub from_ms: i64,
    /// Most live leases.
    pub lease_cap: i64,
    /// Most admissions in 60 s.
    pub rate_per_minute: i64,
}

impl Limits {
    /// The widest cap and rate that may have been in force around a moment, of changes in their order. What came
    /// first stands for the time before it, too.
    #[must_use]
    pub fn around(changes: &[Self], now_ms: i64) -> (i64, i64) {
        let first =
            changes.partition_point(|limit| limit.from_ms <= now_ms - CHANGE_LAG_MS).saturating_sub(1);
        let around = changes[first.min(changes.len())..].iter();
        around
            .take_while(|limit| {
                limit.from_ms <= now_ms + CHANGE_LAG_MS || limit.from_ms == changes[first].from_ms
            })
            .fold((0, 0), |(cap, rate), limit| (cap.max(limit.lease_cap), rate.max(limit.rate_per_minute)))
    }
}
