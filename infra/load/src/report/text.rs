//! What is said while a scenario is played, and at its end.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{Quantiles, Report, nice};
use crate::tally::{ERRORS, LATER, Sum};

/// Breaches that the text shows.
const SHOWN: usize = 40;
/// Steps that progress tells, in the order of a fan's way.
const TOLD: [&str; 9] = [
    "join",
    "look",
    "line to push",
    "claim",
    "hold",
    "checkout",
    "pay",
    "release to push",
    "accepted to push",
];

/// How things are: counts in one line, p50 and p99 of what went on lately in another.
pub(crate) fn progress(after_ms: i64, sum: &Sum, lately: &BTreeMap<&str, Quantiles>) -> String {
    let mut line = format!(
        "{:>+5} s  joined {:>7}  waiting {:>7}  sockets {:>7}  admitted {:>7}  shopping {:>6}  sold {:>6}  errors {}  again {}  breaches {}",
        after_ms.div_euclid(1_000),
        sum.of("joined"),
        sum.of("waiting"),
        sum.of("sockets"),
        sum.of("admitted"),
        sum.of("shopping"),
        sum.of("tickets"),
        sum.of(ERRORS),
        sum.of(LATER),
        sum.of("breaches"),
    );
    let steps =
        TOLD.iter().filter_map(|step| Some((step, lately.get(step).filter(|times| times.count > 0)?)));
    let mut between = "\n         p50/p99: ";
    for (step, times) in steps {
        let _ = write!(line, "{between}{step} {} / {}", nice::time(times.p50_us), nice::time(times.p99_us));
        between = "   ";
    }
    line
}

impl Report {
    /// For people with a terminal.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("\n{}\n\n", self.title);
        self.write_steps(&mut text);
        let _ = writeln!(text, "\ncounts");
        for (what, count) in self.counts.iter().filter(|(_, count)| **count != 0) {
            let _ = writeln!(text, "  {what:<40}{count:>10}");
        }
        let _ = writeln!(text, "\nends of {} fans ({} with a place)", self.fans, self.heard);
        for (end, count) in &self.ends {
            let _ = writeln!(text, "  {end:<40}{count:>10}");
        }
        for one in &self.happened {
            let _ = writeln!(text, "  {} at {:+} ms from the opening", one.what, one.after_ms);
        }
        let _ = writeln!(text, "  explained by a loss of memory: {}\n", self.forgotten);
        for breach in self.breaches.iter().take(SHOWN) {
            let _ = writeln!(text, "BREACH {breach}");
        }
        for verdict in &self.verdicts {
            let holds = if verdict.holds { "holds " } else { "FAILED" };
            let _ = writeln!(text, "{holds}  {:<20} {}", verdict.name, verdict.said);
        }
        let _ = writeln!(text, "rehearsal: {} breaches", self.breach_count);
        text
    }

    fn write_steps(&self, text: &mut String) {
        let heads = ["times", "errors", "p50 ms", "p95 ms", "p99 ms", "most ms"];
        let _ = write!(text, "{:<24}", "step");
        for head in heads {
            let _ = write!(text, "{head:>11}");
        }
        text.push('\n');
        for (name, step) in &self.steps {
            let times = &step.times;
            let _ = write!(text, "{name:<24}{:>11}{:>11}", times.count, step.errors);
            for us in [times.p50_us, times.p95_us, times.p99_us, times.max_us] {
                let _ = write!(text, "{:>11}", format!("{}.{}", us / 1_000, us % 1_000 / 100));
            }
            text.push('\n');
        }
    }
}
