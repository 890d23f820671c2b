//! Figures as a table and as JSON.

use std::{path::Path, time::Duration};

use serde::Serialize;

use crate::report::say;

/// One figure.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figure {
    what: &'static str,
    value: f64,
    unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    p99_ms: Option<f64>,
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
    pub(crate) fn rate(what: &'static str, value: f64) -> Self {
        Self { what, value, unit: "/s", p99_ms: None, ratio: None, aim: None, reached: None }
    }

    /// So much.
    pub(crate) fn amount(what: &'static str, value: u64, unit: &'static str) -> Self {
        Self { unit, ..Self::rate(what, f64::from(u32::try_from(value).unwrap_or(u32::MAX))) }
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
    say(&format!("{:<34}{:>14} {:<6}{:>12}{:>8}  aim", "", "figure", "", "p99 ms", "ratio"));
    for figure in figures {
        let optional = |value: Option<f64>| value.map(|value| format!("{value:.2}")).unwrap_or_default();
        let reached = figure.reached.map_or("", |reached| if reached { "reached: " } else { "MISSED: " });
        say(&format!(
            "{:<34}{:>14.0} {:<6}{:>12}{:>8}  {reached}{}",
            figure.what,
            figure.value,
            figure.unit,
            optional(figure.p99_ms),
            optional(figure.ratio),
            figure.aim.as_deref().unwrap_or_default(),
        ));
    }
    if let Some(path) = json {
        std::fs::write(path, serde_json::to_string_pretty(figures)?)?;
    }
    Ok(())
}
