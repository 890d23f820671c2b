//! What is said while a scenario is played, and at its end.

use std::{fmt::Write as _, io::Write as _, path::Path};

use serde_json::{Value, json};

use crate::{incidents::Happened, plan::Plan, tally::Sum, witness::Testimony};

/// How a scenario went.
pub(crate) struct Report {
    pub(crate) plan: Plan,
    pub(crate) sum: Sum,
    pub(crate) testimony: Testimony,
    pub(crate) happened: Vec<Happened>,
}

/// Says a line.
pub(crate) fn say(line: &str) {
    // Whoever closed the pipe does not want to read on.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// How things are, in a line.
pub(crate) fn progress(after_ms: i64, sum: &Sum) -> String {
    format!(
        "{:>+5} s  joined {:>7}  waiting {:>7}  sockets {:>7}  admitted {:>7}  shopping {:>6}  bookings {:>6}  breaches {}",
        after_ms / 1_000,
        sum.of("joined"),
        sum.of("waiting"),
        sum.of("sockets"),
        sum.of("admitted"),
        sum.of("shopping"),
        sum.of("bookings confirmed"),
        sum.of("breaches"),
    )
}

impl Report {
    /// Everything that should never be.
    pub(crate) fn breaches(&self) -> Vec<&str> {
        let all = self.sum.breaches.iter().chain(&self.testimony.contradictions);
        all.map(String::as_str).collect()
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("\n{}\n\n", self.plan.scenario.title);
        let _ =
            writeln!(text, "{:<24}{:>10}{:>12}{:>12}{:>12}", "step", "times", "p50 ms", "p99 ms", "most ms");
        for (step, times) in self.sum.histograms() {
            let [p50, p99, most] = [times.value_at_quantile(0.5), times.value_at_quantile(0.99), times.max()]
                .map(|us| format!("{}.{}", us / 1_000, us % 1_000 / 100));
            let _ = writeln!(text, "{step:<24}{:>10}{p50:>12}{p99:>12}{most:>12}", times.len());
        }
        let _ = writeln!(text, "\ncounts");
        for (what, count) in self.sum.counts.iter().filter(|(_, count)| **count != 0) {
            let _ = writeln!(text, "  {what:<40}{count:>10}");
        }
        let _ = writeln!(text, "\nends of {} fans with a place", self.testimony.heard);
        for (end, count) in &self.testimony.ends {
            let _ = writeln!(text, "  {:<40}{count:>10}", format!("{end:?}"));
        }
        for one in &self.happened {
            let after = one.at_ms - self.plan.opens_at_ms;
            let _ = writeln!(text, "  {:?} at {after:+} ms from the opening", one.what);
        }
        let _ = writeln!(text, "  explained by a loss of memory: {}", self.testimony.forgotten);
        let breaches = self.breaches();
        for breach in breaches.iter().take(40) {
            let _ = writeln!(text, "BREACH {breach}");
        }
        let _ =
            writeln!(text, "rehearsal: {} breaches", breaches.len().max(to_count(self.sum.of("breaches"))));
        text
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        let times = self.sum.histograms().map(|(step, times)| {
            let at = |quantile| times.value_at_quantile(quantile);
            let values = json!({
                "count": times.len(), "p50_us": at(0.5), "p90_us": at(0.9), "p99_us": at(0.99), "max_us": times.max(),
            });
            (step.to_owned(), values)
        });
        json!({
            "title": self.plan.scenario.title,
            "seed": self.plan.seed,
            "event": self.plan.event,
            "fans": self.plan.scenario.fans,
            "counts": self.sum.counts,
            "times": times.collect::<serde_json::Map<_, _>>(),
            "ends": self.testimony.ends.iter().map(|(end, n)| (format!("{end:?}"), n)).collect::<std::collections::BTreeMap<_, _>>(),
            "forgotten": self.testimony.forgotten,
            "breaches": self.breaches(),
        })
    }

    /// Writes both into the folder.
    pub(crate) fn write(&self, out: &Path) -> anyhow::Result<()> {
        std::fs::write(out.join("report.txt"), self.text())?;
        Ok(std::fs::write(out.join("report.json"), serde_json::to_string_pretty(&self.json())?)?)
    }
}

fn to_count(count: i64) -> usize {
    usize::try_from(count).unwrap_or(0)
}
