//! The limits of a scenario: what is slower, or fails more often, than they allow is a rehearsal that failed.

mod memory;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    report::{Report, Verdict, nice},
    tally::ERRORS,
};

/// Steps that are no call of the API's but the time to what comes of it.
const NO_CALLS: [&str; 6] = [JOINED, LINE_PUSH, ADMIT_PUSH, RELEASE_PUSH, BOOKED, BOOKED_PUSH];
pub(crate) const JOINED: &str = "joined after";
pub(crate) const LINE_PUSH: &str = "line to push";
pub(crate) const ADMIT_PUSH: &str = "admit now to push";
pub(crate) const RELEASE_PUSH: &str = "release to push";
/// The count of fans who asked when they were told to, and heard that their turn was over.
pub(crate) const MISSED: &str = "turns heard of too late";
pub(crate) const BOOKED: &str = "accepted to confirmed";
pub(crate) const BOOKED_PUSH: &str = "accepted to push";

/// `[thresholds]` of a scenario; what is left out is not judged.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Thresholds {
    /// Joining, milliseconds.
    pub(crate) joins_p99_ms: Option<u32>,
    /// Calls of each kind, milliseconds; joins too, where they have no limit of their own.
    pub(crate) calls_p99_ms: Option<u32>,
    /// From the moment the line is as it says to each fan who waits on a socket and is told so, once a second.
    pub(crate) line_push_p99_ms: Option<u32>,
    /// From the release to the fan who hears of it.
    pub(crate) release_push_p99_ms: Option<u32>,
    /// From "admit n now" to each fan who hears of it.
    pub(crate) admit_push_p99_ms: Option<u32>,
    /// From the accepted payment to the buyer who hears that it is booked.
    pub(crate) booked_push_p99_ms: Option<u32>,
    /// Calls that fail: without an answer, or with one that nobody who behaves should get.
    pub(crate) errors: Option<u32>,
    /// Fans whose turn came and went before they heard of it, though they asked as they were told to.
    pub(crate) missed: Option<u32>,
    /// Memory of the notifiers for each socket, kB: what they took more with most of them open than at the beginning.
    pub(crate) socket_kb: Option<u32>,
    /// Memory of the largest API, MB.
    pub(crate) api_mb: Option<u32>,
    /// How much is sold how soon.
    pub(crate) sold: Option<Sold>,
}

/// So much of the house is sold so soon after the opening.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sold {
    pub(crate) percent: u8,
    pub(crate) within_seconds: u32,
}

impl Thresholds {
    /// Limits of single steps, milliseconds.
    pub(crate) fn of_steps<'a>(&self, steps: impl Iterator<Item = &'a String>) -> BTreeMap<String, f64> {
        let limit = |step: &str| match step {
            "join" => self.joins_p99_ms.or(self.calls_p99_ms),
            JOINED | BOOKED => None,
            ADMIT_PUSH => self.admit_push_p99_ms,
            LINE_PUSH => self.line_push_p99_ms,
            RELEASE_PUSH => self.release_push_p99_ms,
            BOOKED_PUSH => self.booked_push_p99_ms,
            _ => self.calls_p99_ms,
        };
        steps.filter_map(|step| Some((step.clone(), f64::from(limit(step)?)))).collect()
    }

    /// Judges; `sold` are the sales, milliseconds from the opening and tickets.
    pub(crate) fn judge(&self, report: &Report, sold: &[(i64, u32)]) -> Vec<Verdict> {
        let slow = |name, limit: Option<u32>, step, what| Some(slowest(name, limit?, report, &[step], what));
        let joins = "fans had their place";
        let line = "fans who wait heard of the line";
        let push = "fans whose turn it was heard of it";
        let now = "fans whom the organiser let in at once heard of it";
        let booked = "buyers who had paid heard that it is booked";
        let verdicts = [
            slow("joins_p99_ms", self.joins_p99_ms, "join", joins),
            self.calls_p99_ms.map(|limit| self.calls(limit, report)),
            slow("line_push_p99_ms", self.line_push_p99_ms, LINE_PUSH, line),
            slow("release_push_p99_ms", self.release_push_p99_ms, RELEASE_PUSH, push),
            slow("admit_push_p99_ms", self.admit_push_p99_ms, ADMIT_PUSH, now),
            slow("booked_push_p99_ms", self.booked_push_p99_ms, BOOKED_PUSH, booked),
            self.errors.map(|limit| errors(limit, report)),
            self.missed.map(|limit| missed(limit, report)),
            self.socket_kb.map(|limit| memory::of_a_socket(limit, report)),
            self.api_mb.map(|limit| memory::of_an_api(limit, report)),
            self.sold.map(|limit| limit.judge(report.capacity, sold)),
        ];
        verdicts.into_iter().flatten().collect()
    }

    fn calls(&self, limit_ms: u32, report: &Report) -> Verdict {
        let own = |step: &str| step == "join" && self.joins_p99_ms.is_some();
        let steps = report.steps.keys().map(String::as_str);
        let calls: Vec<&str> = steps.filter(|step| !NO_CALLS.contains(step) && !own(step)).collect();
        slowest("calls_p99_ms", limit_ms, report, &calls, "calls of each kind were answered")
    }
}

/// The slowest of some steps against its limit.
fn slowest(name: &str, limit_ms: u32, report: &Report, steps: &[&str], what: &str) -> Verdict {
    let of = |step: &&str| Some((report.steps.get(*step)?.times.p99_us, (*step).to_owned()));
    let limit = nice::time(u64::from(limit_ms) * 1_000);
    let Some((p99_us, step)) = steps.iter().filter_map(of).max() else {
        return Verdict::new(name, false, format!("Nobody came so far as to be measured (limit {limit})."));
    };
    let which = if steps.len() > 1 { format!("; the slowest was “{step}”") } else { String::new() };
    let said = format!("99 of 100 {what} within {} (limit {limit}{which}).", nice::time(p99_us));
    Verdict::new(name, p99_us <= u64::from(limit_ms) * 1_000, said)
}

fn errors(limit: u32, report: &Report) -> Verdict {
    let errors = report.counts.get(ERRORS).copied().unwrap_or(0);
    let calls = report.steps.iter().filter(|(step, _)| !NO_CALLS.contains(&step.as_str()));
    let calls: u64 = calls.map(|(_, step)| step.times.count).sum();
    let calls = nice::count(i64::try_from(calls).unwrap_or(i64::MAX));
    let said = match errors {
        0 => format!("None of {calls} calls failed."),
        some => format!("{} of {calls} calls failed (limit {limit}).", nice::count(some)),
    };
    Verdict::new("errors", errors <= i64::from(limit), said)
}

fn missed(limit: u32, report: &Report) -> Verdict {
    let missed = report.counts.get(MISSED).copied().unwrap_or(0);
    let said = match missed {
        0 => "Everybody who waited heard of their turn while it lasted.".to_owned(),
        some => format!(
            "{} fans heard of their turn when it was over (limit {limit}), though they asked when they were told to.",
            nice::count(some)
        ),
    };
    Verdict::new("missed", missed <= i64::from(limit), said)
}

impl Sold {
    fn judge(self, capacity: u32, sold: &[(i64, u32)]) -> Verdict {
        let wanted = (u64::from(capacity) * u64::from(self.percent)).div_ceil(100);
        let mut sold = sold.to_vec();
        sold.sort_unstable();
        let mut sum = 0;
        let reached = sold.iter().find_map(|(after_ms, tickets)| {
            sum += u64::from(*tickets);
            (sum >= wanted).then_some(*after_ms)
        });
        let count = |number: u64| nice::count(i64::try_from(number).unwrap_or(i64::MAX));
        let (wanted, capacity, limit) = (count(wanted), count(capacity.into()), self.within_seconds);
        let said = match reached {
            Some(after_ms) => {
                let after = nice::time(u64::try_from(after_ms).unwrap_or(0) * 1_000);
                format!(
                    "{wanted} of {capacity} tickets were sold {after} after the opening (limit {limit} s)."
                )
            }
            None => format!(
                "Only {} of {capacity} tickets were sold; {wanted} within {limit} s were wanted.",
                count(sum)
            ),
        };
        Verdict::new("sold", reached.is_some_and(|after| after <= i64::from(limit) * 1_000), said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Quantiles, Step};

    fn report(steps: &[(&str, u64)], errors: i64) -> Report {
        let step = |p99_us| Step {
            times: Quantiles { count: 10, p99_us, ..Quantiles::default() },
            ..Step::default()
        };
        Report {
            capacity: 100,
            steps: steps.iter().map(|(name, ms)| ((*name).to_owned(), step(ms * 1_000))).collect(),
            counts: BTreeMap::from([(ERRORS.to_owned(), errors)]),
            ..Report::default()
        }
    }

    fn verdicts(thresholds: &str, report: &Report, sold: &[(i64, u32)]) -> Vec<(String, bool)> {
        let thresholds: Thresholds = toml::from_str(thresholds).unwrap();
        let verdicts = thresholds.judge(report, sold).into_iter();
        verdicts.map(|verdict| (verdict.name, verdict.holds)).collect()
    }

    #[test]
    fn what_has_no_limit_is_not_judged() {
        assert!(verdicts("", &report(&[("join", 9_000)], 5), &[]).is_empty());
        assert!(toml::from_str::<Thresholds>("joins_p98_ms = 1").is_err(), "a limit that does not exist");
    }

    #[test]
    fn a_limit_is_kept_exactly_at_it_and_not_above() {
        let of = |ms, errors| {
            let seen = report(&[("join", ms), ("joined after", 99_000)], errors);
            verdicts("joins_p99_ms = 250\nerrors = 2", &seen, &[])
        };
        let said = |joins, errors| vec![("joins_p99_ms".to_owned(), joins), ("errors".to_owned(), errors)];
        assert_eq!(of(250, 2), said(true, true));
        assert_eq!(of(251, 3), said(false, false));
    }

    #[test]
    fn the_slowest_kind_of_call_counts_and_only_calls_do() {
        let seen = report(&[("hold", 400), ("pay", 501), ("join", 900), ("release to push", 9_000)], 0);
        let both = verdicts("calls_p99_ms = 501\njoins_p99_ms = 900", &seen, &[]);
        assert_eq!(both.iter().map(|(_, holds)| *holds).collect::<Vec<_>>(), [true, true]);
        assert_eq!(
            verdicts("calls_p99_ms = 501", &seen, &[]),
            [("calls_p99_ms".to_owned(), false)],
            "joins too"
        );
        assert!(!verdicts("booked_push_p99_ms = 9", &seen, &[])[0].1, "what was never seen does not hold");
    }

    #[test]
    fn a_house_is_sold_when_the_last_ticket_of_the_share_is() {
        let of = |sold: &[(i64, u32)]| {
            verdicts("sold = {percent = 99, within_seconds = 30}", &report(&[], 0), sold)[0].1
        };
        assert!(of(&[(31_000, 2), (10_000, 50), (30_000, 49)]));
        assert!(!of(&[(10_000, 50), (30_001, 50)]));
        assert!(!of(&[(10_000, 50), (20_000, 48)]));
    }
}
