//! Promise 4: leases never exceed the event's cap, admissions in any 60 s never exceed its rate.

use std::{cmp::Reverse, collections::BinaryHeap};

use shared::domain::waiting_room::{Limits, RATE_WINDOW_MS};
use sqlx::PgPool;
use uuid::Uuid;

use crate::Finding;

/// One admission. Times are Unix ms by Redis's clock.
#[derive(Clone, Copy, Debug)]
pub struct Admission {
    /// When it came in.
    pub at_ms: i64,
    /// When its lease was over.
    pub until_ms: i64,
    /// Beyond the rate, by "admit n now".
    pub extra: bool,
}

/// Looks at every admission of every event.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn look(pool: &PgPool) -> Result<Finding, sqlx::Error> {
    let mut finding = Finding::new(4, "leases stay within the cap, admissions within the rate");
    let events = sqlx::query_scalar!("SELECT event_id FROM waiting_rooms").fetch_all(pool).await?;
    let mut admitted = 0;
    for event in &events {
        let admissions = admissions(pool, *event).await?;
        let limits = limits(pool, *event).await?;
        admitted += i64::try_from(admissions.len()).unwrap_or(i64::MAX);
        let breaches = breaches(&admissions, &limits).into_iter();
        finding.breaches.extend(breaches.map(|breach| format!("event {event}: {breach}")));
    }
    finding.count("waiting rooms", i64::try_from(events.len()).unwrap_or(i64::MAX));
    finding.count("admissions", admitted);
    Ok(finding)
}

/// In the order they were made. A lease whose end was lost with Redis's memory ended with its time.
async fn admissions(pool: &PgPool, event: Uuid) -> Result<Vec<Admission>, sqlx::Error> {
    sqlx::query_as!(
        Admission,
        r#"SELECT (extract(epoch FROM a.admitted_at) * 1000)::bigint AS "at_ms!", a.extra,
                  (extract(epoch FROM coalesce(a.ended_at,
                       a.claimed_at + make_interval(secs => r.pass_ttl_seconds),
                       a.admitted_at + make_interval(secs => r.claim_window_seconds + r.grace_seconds))) * 1000)::bigint
                      AS "until_ms!"
           FROM admissions a JOIN waiting_rooms r USING (event_id)
           WHERE a.event_id = $1 ORDER BY a.admitted_at, a.number"#,
        event,
    )
    .fetch_all(pool)
    .await
}

/// In the order they came into force; what is in force now stands for the time before the first change.
async fn limits(pool: &PgPool, event: Uuid) -> Result<Vec<Limits>, sqlx::Error> {
    sqlx::query_as!(
        Limits,
        r#"SELECT from_ms AS "from_ms!", lease_cap::bigint AS "lease_cap!",
                  rate_per_minute::bigint AS "rate_per_minute!"
           FROM (SELECT (extract(epoch FROM changed_at) * 1000)::bigint AS from_ms, lease_cap, rate_per_minute,
                        id FROM waiting_room_changes WHERE event_id = $1
                 UNION ALL
                 SELECT 0, lease_cap, rate_per_minute, 0 FROM waiting_rooms
                 WHERE event_id = $1
                   AND NOT EXISTS (SELECT FROM waiting_room_changes WHERE event_id = $1)) AS changes
           ORDER BY from_ms, id"#,
        event,
    )
    .fetch_all(pool)
    .await
}

/// Where admissions, in the order they were made, went beyond what was in force.
#[must_use]
pub fn breaches(admissions: &[Admission], limits: &[Limits]) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut leases: BinaryHeap<Reverse<i64>> = BinaryHeap::new();
    let mut window: std::collections::VecDeque<i64> = std::collections::VecDeque::new();
    for (at, admission) in admissions.iter().enumerate() {
        let now_ms = admission.at_ms;
        while leases.peek().is_some_and(|until| until.0 <= now_ms) {
            leases.pop();
        }
        leases.push(Reverse(admission.until_ms));
        while window.front().is_some_and(|earlier| *earlier <= now_ms - RATE_WINDOW_MS) {
            window.pop_front();
        }
        if !admission.extra {
            window.push_back(now_ms);
        }
        // Admissions of one moment are judged together, after the last of them.
        if admissions.get(at + 1).is_some_and(|next| next.at_ms == now_ms) {
            continue;
        }
        let (cap, rate) = Limits::around(limits, now_ms);
        if leases.len() as i64 > cap {
            breaches.push(format!("{} leases at {now_ms}, where {cap} may be", leases.len()));
        }
        // A rate that was lowered binds those who come in from then on, not those who came in before.
        if window.back() == Some(&now_ms) && window.len() as i64 > rate {
            breaches.push(format!(
                "{} admissions in the 60 s before {now_ms}, where {rate} may be",
                window.len()
            ));
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(at_ms: i64, until_ms: i64) -> Admission {
        Admission { at_ms, until_ms, extra: false }
    }

    const TWO_A_MINUTE: [Limits; 1] = [Limits { from_ms: 0, lease_cap: 2, rate_per_minute: 2 }];

    #[test]
    fn the_window_slides_and_ends_open() {
        let line = [admission(0, 1), admission(59_999, 60_000), admission(60_000, 60_001)];
        assert_eq!(breaches(&line, &TWO_A_MINUTE), Vec::<String>::new());
        let early = [admission(0, 1), admission(1, 2), admission(59_999, 60_000)];
        assert_eq!(breaches(&early, &TWO_A_MINUTE).len(), 1);
    }

    #[test]
    fn a_lease_that_ends_makes_room_in_the_same_moment() {
        let limits = [Limits { from_ms: 0, lease_cap: 1, rate_per_minute: 100 }];
        assert!(breaches(&[admission(0, 10), admission(10, 20)], &limits).is_empty());
        assert_eq!(breaches(&[admission(0, 11), admission(10, 20)], &limits).len(), 1);
    }

    #[test]
    fn what_an_operator_admits_is_beyond_the_rate_but_within_the_cap() {
        let mut line: Vec<_> = (0..4).map(|at| admission(at, at + 1)).collect();
        line[2].extra = true;
        line[3].extra = true;
        assert!(breaches(&line, &TWO_A_MINUTE).is_empty());
        let crowd: Vec<_> = (0..3).map(|at| Admission { extra: true, ..admission(at, 100) }).collect();
        assert_eq!(breaches(&crowd, &TWO_A_MINUTE).len(), 1);
    }

    #[test]
    fn a_change_counts_from_about_its_moment() {
        let limits = [TWO_A_MINUTE[0], Limits { from_ms: 100_000, lease_cap: 10, rate_per_minute: 10 }];
        let crowd = |at: i64| -> Vec<_> { (0..5).map(|n| admission(at + n, at + n + 1)).collect() };
        assert!(!breaches(&crowd(90_000), &limits).is_empty());
        assert!(breaches(&crowd(99_000), &limits).is_empty());
        assert!(breaches(&crowd(150_000), &limits).is_empty());
    }
}
