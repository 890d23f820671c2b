//! Figures as a table and as JSON.

use std::{path::Path, time::Duration};

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use crate::report::say;

/// One figure.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Figure {
    pub(super) what: String,
    pub(super) value: f64,
    pub(super) unit: String,
    /// Each measurement, where there were several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) runs: Vec<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p50_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p99_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_ms: Option<f64>,
    /// Against the floor.
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aim: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reached: Option<bool>,
}

impl Figure {
    /// So many a second.
    pub(crate) fn rate(what: &str, value: f64) -> Self {
        Self {
            what: what.to_owned(),
            value,
            unit: "/s".to_owned(),
            runs: Vec::new(),
            p50_ms: None,
            p99_ms: None,
            max_ms: None,
            ratio: None,
            aim: None,
            reached: None,
        }
    }

    /// The median of several rates.
    pub(crate) fn of_runs(what: &str, mut runs: Vec<f64>) -> Self {
        runs.sort_by(f64::total_cmp);
        let median = runs.get(runs.len() / 2).copied().unwrap_or(0.0);
        Self { runs, ..Self::rate(what, median) }
    }

    /// What is compared with other days: the ratio to the floor, where there is one.
    pub(super) fn compared(&self) -> f64 {
        self.ratio.unwrap_or(self.value)
    }

    /// How long something takes; the figure is what 99 of 100 take at most.
    pub(crate) fn times(what: &str, times: &Histogram<u64>) -> Self {
        let ms = |us: u64| Duration::from_micros(us).as_secs_f64() * 1_000.0;
        let [p50, p99, max] =
            [times.value_at_quantile(0.5), times.value_at_quantile(0.99), times.max()].map(ms);
        let (p50_ms, p99_ms, max_ms) = (Some(p50), Some(p99), Some(max));
        Self { unit: "ms".to_owned(), p50_ms, p99_ms, max_ms, ..Self::rate(what, p99) }
    }

    /// So much.
    pub(crate) fn amount(what: &str, value: u64, unit: &str) -> Self {
        Self {
            unit: unit.to_owned(),
            ..Self::rate(what, f64::from(u32::try_from(value).unwrap_or(u32::MAX)))
        }
    }

    pub(crate) fn with_p99(self, p99: Duration) -> Self {
        Self { p99_ms: Some(p99.as_secs_f64() * 1_000.0), ..self }
    }

    /// Should be at least this part of the floor.
    pub(crate) fn against(self, floor: f64, aim: f64) -> Self {
        let ratio = self.value / floor;
        let aimed = Some(format!("at least {aim} of the floor"));
        Self { ratio: Some(ratio), aim: aimed, reached: Some(ratio >= aim), ..self }
    }

    /// 99 of 100 should take so many milliseconds at most.
    pub(crate) fn at_most_ms(self, most: u32) -> Self {
        let reached = Some(self.value <= f64::from(most));
        Self { aim: Some(format!("p99 at most {most} ms")), reached, ..self }
    }

    /// Should be this at most.
    pub(crate) fn at_most(self, most: u32) -> Self {
        let reached = Some(self.value <= f64::from(most));
        Self { aim: Some(format!("at most {most} {}", self.unit)), reached, ..self }
    }

    /// Should be this at least.
    pub(crate) fn at_least(self, least: u32) -> Self {
        let reached = Some(self.value >= f64::from(least));
        Self { aim: Some(format!("at least {least} {}", self.unit)), reached, ..self }
    }
}

/// Prints the figures, and writes them.
pub(super) fn tell(figures: &[Figure], json: Option<&Path>) -> anyhow::Result<()> {
    say(&format!(
        "{:<44}{:>12} {:<6}{:>9}{:>9}{:>9}{:>8}  aim",
        "", "figure", "", "p50 ms", "p99 ms", "most ms", "ratio"
    ));
    for figure in figures {
        let optional = |value: Option<f64>| value.map(|value| format!("{value:.2}")).unwrap_or_default();
        let reached = figure.reached.map_or("", |reached| if reached { "reached: " } else { "MISSED: " });
        say(&format!(
            "{:<44}{:>12.0} {:<6}{:>9}{:>9}{:>9}{:>8}  {reached}{}",
            figure.what,
            figure.value,
            figure.unit,
            optional(figure.p50_ms),
            optional(figure.p99_ms),
            optional(figure.max_ms),
            optional(figure.ratio),
            figure.aim.as_deref().unwrap_or_default(),
        ));
    }
    if let Some(path) = json {
        std::fs::write(path, serde_json::to_string_pretty(figures)?)?;
    }
    Ok(())
}
