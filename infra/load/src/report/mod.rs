//! How a rehearsal went: for programs (JSON), for terminals (text), and as a page for whoever must decide whether the
//! day will hold.

mod chart;
pub(crate) mod nice;
mod page;
mod text;
mod verdict;
mod words;

use std::{collections::BTreeMap, io::Write as _, path::Path};

use anyhow::Context as _;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

pub(crate) use text::progress;
pub(crate) use verdict::Verdict;

/// Most breaches that are kept word by word.
const MOST_BREACHES: usize = 200;

/// Everything that came of a rehearsal.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Report {
    pub(crate) title: String,
    pub(crate) event: String,
    pub(crate) seed: u64,
    /// Fans who took part, and how many the scenario has.
    pub(crate) fans: u32,
    pub(crate) planned_fans: u32,
    /// Tickets that could be had.
    pub(crate) capacity: u32,
    /// Unix ms.
    pub(crate) opens_at_ms: i64,
    /// Made by a build whose times say something.
    pub(crate) release_build: bool,
    /// APIs, workers and notifiers that took part.
    pub(crate) processes: BTreeMap<String, usize>,
    /// Whether every verdict is good.
    pub(crate) holds: bool,
    pub(crate) verdicts: Vec<Verdict>,
    pub(crate) steps: BTreeMap<String, Step>,
    pub(crate) seconds: Vec<Second>,
    /// Of the steps; milliseconds.
    pub(crate) limits_ms: BTreeMap<String, f64>,
    pub(crate) counts: BTreeMap<String, i64>,
    /// Fans by how it ended for them.
    pub(crate) ends: BTreeMap<String, usize>,
    pub(crate) happened: Vec<Incident>,
    /// Fans with a place, and how many of their stories an engine's loss of memory explains.
    pub(crate) heard: usize,
    pub(crate) forgotten: usize,
    /// What should never be, the first of it word by word.
    pub(crate) breaches: Vec<String>,
    /// How many there were.
    pub(crate) breach_count: usize,
    /// What the evidence check and the audit printed.
    pub(crate) checks: Vec<Check>,
}

/// One step of a fan's way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Step {
    #[serde(flatten)]
    pub(crate) times: Quantiles,
    pub(crate) errors: i64,
    pub(crate) histogram: Vec<Bar>,
}

/// How long something took, microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Quantiles {
    pub(crate) count: u64,
    pub(crate) p50_us: u64,
    pub(crate) p95_us: u64,
    pub(crate) p99_us: u64,
    pub(crate) max_us: u64,
}

/// How many took longer than the bar before and at most this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bar {
    pub(crate) to_us: u64,
    pub(crate) count: u64,
}

/// One second of the sale: how things stood at its end, and the times of calls answered in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Second {
    /// From the opening.
    pub(crate) at_s: i64,
    pub(crate) counts: BTreeMap<String, i64>,
    pub(crate) steps: BTreeMap<String, Quantiles>,
}

/// Something that happened, milliseconds from the opening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Incident {
    pub(crate) after_ms: i64,
    pub(crate) what: String,
}

/// A check that was made afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Check {
    pub(crate) name: String,
    pub(crate) holds: bool,
    pub(crate) said: String,
}

/// Says a line.
pub(crate) fn say(line: &str) {
    // Whoever closed the pipe does not want to read on.
    let _ = writeln!(std::io::stdout(), "{line}");
}

impl Quantiles {
    pub(crate) fn of(times: &Histogram<u64>) -> Self {
        let at = |quantile| times.value_at_quantile(quantile);
        Self { count: times.len(), p50_us: at(0.5), p95_us: at(0.95), p99_us: at(0.99), max_us: times.max() }
    }
}

impl Step {
    pub(crate) fn new(times: &Histogram<u64>, errors: i64) -> Self {
        Self { times: Quantiles::of(times), errors, histogram: bars(times) }
    }
}

/// Bars of 1, 1.5, 2, 3, 5, 7 of each power of ten, from the shortest time to the longest.
fn bars(times: &Histogram<u64>) -> Vec<Bar> {
    let edges = (1..9).flat_map(|power| [10, 15, 20, 30, 50, 70].map(|part| part * 10_u64.pow(power)));
    let (mut bars, mut before) = (Vec::new(), 0);
    for to_us in edges {
        let until = if times.is_empty() { 0 } else { times.count_between(0, to_us) };
        bars.push(Bar { to_us, count: until - before });
        before = until;
        if until == times.len() {
            break;
        }
    }
    let first = bars.iter().position(|bar| bar.count > 0).unwrap_or(bars.len());
    bars.split_off(first)
}

impl Report {
    /// Keeps the first of the breaches, and counts all; `counted` are those that nobody kept.
    pub(crate) fn keep_breaches(&mut self, breaches: Vec<String>, counted: usize) {
        self.breach_count = breaches.len().max(counted);
        self.breaches = breaches;
        self.breaches.truncate(MOST_BREACHES);
    }

    /// The report in a folder.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let file = folder.join("report.json");
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        serde_json::from_str(&text).with_context(|| file.display().to_string())
    }

    /// Writes text, JSON and page into the folder.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let files = [
            ("report.txt", self.text()),
            ("report.json", serde_json::to_string_pretty(self)?),
            ("report.html", page::write(self)?),
        ];
        for (name, content) in files {
            let file = folder.join(name);
            std::fs::write(&file, content).with_context(|| file.display().to_string())?;
        }
        Ok(())
    }

    /// With what a check found afterwards.
    pub(crate) fn add_check(&mut self, check: Check) {
        self.verdicts.push(Verdict::of_check(&check));
        self.checks.push(check);
        self.holds = self.verdicts.iter().all(|verdict| verdict.holds);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::histogram;

    #[test]
    fn bars_hold_every_time_once() {
        let mut times = histogram();
        for us in [90, 900, 1_000, 1_001, 1_600, 250_000, 250_000] {
            times.record(us).unwrap();
        }
        let bars = bars(&times);
        assert_eq!(bars.iter().map(|bar| bar.count).sum::<u64>(), 7);
        assert_eq!(
            (bars[0], bars.last().copied()),
            (Bar { to_us: 100, count: 1 }, Some(Bar { to_us: 300_000, count: 2 }))
        );
        let of = |to_us| bars.iter().find(|bar| bar.to_us == to_us).map(|bar| bar.count);
        assert_eq!((of(1_000), of(1_500), of(2_000)), (Some(2), Some(1), Some(1)));
        assert!(super::bars(&histogram()).is_empty());
    }

    #[test]
    fn a_check_that_fails_afterwards_turns_the_report() {
        let mut report = Report { holds: true, ..Report::default() };
        report.add_check(Check {
            name: "audit".into(),
            holds: true,
            said: "audit: all promises hold".into(),
        });
        assert!(report.holds);
        report.add_check(Check {
            name: "audit".into(),
            holds: false,
            said: "audit: 1 promise is broken".into(),
        });
        assert!(!report.holds);
        assert_eq!(report.verdicts.len(), 2);
    }
}
