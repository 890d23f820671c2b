//! Figures against a stored baseline: what changed, and what is only noise.

use std::path::Path;

use anyhow::Context as _;

use super::Figure;
use crate::report::say;

/// A machine whose figures were taken once only may vary so much.
const ONCE: f64 = 0.15;
/// Medians nearer than this are the same, however little the runs varied.
const SAME: f64 = 0.05;

/// What became of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Better,
    Worse,
    Noise,
}

/// The figures of another day.
pub(super) fn read(baseline: &Path) -> anyhow::Result<Vec<Figure>> {
    let text = std::fs::read_to_string(baseline).with_context(|| baseline.display().to_string())?;
    serde_json::from_str(&text).with_context(|| baseline.display().to_string())
}

/// Says of each figure whether it changed since the baseline; whether none is worse.
pub(super) fn compare(figures: &[Figure], before: &[Figure]) -> bool {
    say("\nagainst the baseline");
    let mut worse = false;
    for now in figures {
        let Some(then) = before.iter().find(|then| then.what == now.what) else {
            say(&format!("{:<44} new", now.what));
            continue;
        };
        let change = judge(then, now);
        worse |= change == Change::Worse;
        let word = match change {
            Change::Better => "BETTER",
            Change::Worse => "WORSE",
            Change::Noise => "the same, as far as can be told",
        };
        let (from, to) = (then.compared(), now.compared());
        say(&format!(
            "{:<44}{from:>12.2} → {to:<12.2} {:+5.0} %  {word}",
            now.what,
            100.0 * (to / from - 1.0)
        ));
    }
    !worse
}

/// Two figures differ when their medians lie further apart than either's runs do, and the runs do not overlap.
fn judge(then: &Figure, now: &Figure) -> Change {
    let (before, after) = (then.compared(), now.compared());
    let apart = (after - before).abs() / before.abs().max(f64::EPSILON);
    let noise = spread(then).max(spread(now)).max(SAME);
    if apart <= noise {
        return Change::Noise;
    }
    let more_is_better = matches!(now.unit.as_str(), "/s" | "%");
    if (after > before) == more_is_better { Change::Better } else { Change::Worse }
}

/// How far the runs lie apart, as a part of their median.
fn spread(figure: &Figure) -> f64 {
    if figure.runs.len() < 2 {
        return ONCE;
    }
    let (least, most) = figure
        .runs
        .iter()
        .fold((f64::INFINITY, 0.0_f64), |(least, most), run| (least.min(*run), most.max(*run)));
    (most - least) / figure.value.abs().max(f64::EPSILON)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(runs: &[f64]) -> Figure {
        Figure::of_runs("joins", runs.to_vec())
    }

    #[test]
    fn what_varies_as_much_by_itself_is_noise() {
        let before = rate(&[90.0, 100.0, 110.0]);
        assert_eq!(judge(&before, &rate(&[95.0, 115.0, 118.0])), Change::Noise);
        assert_eq!(judge(&before, &rate(&[150.0, 155.0, 151.0])), Change::Better);
        assert_eq!(judge(&before, &rate(&[70.0, 71.0, 72.0])), Change::Worse);
    }

    #[test]
    fn steady_runs_tell_smaller_changes_but_not_the_smallest() {
        let before = rate(&[100.0, 100.5, 101.0]);
        assert_eq!(judge(&before, &rate(&[108.0, 108.0, 108.0])), Change::Better);
        assert_eq!(judge(&before, &rate(&[104.0, 104.0, 104.0])), Change::Noise);
    }

    #[test]
    fn of_times_and_bytes_less_is_better() {
        let figure = |value| Figure::amount("a place", value, "bytes");
        assert_eq!(judge(&figure(200), &figure(120)), Change::Better);
        assert_eq!(judge(&figure(120), &figure(200)), Change::Worse);
        assert_eq!(judge(&figure(120), &figure(130)), Change::Noise, "measured once");
    }

    #[test]
    fn the_ratio_to_the_floor_counts_not_the_machine_of_the_day() {
        let before = rate(&[100.0, 100.0, 100.0]).against(1_000.0, 0.1);
        let slower_day = rate(&[50.0, 50.0, 50.0]).against(500.0, 0.1);
        assert_eq!(judge(&before, &slower_day), Change::Noise);
    }
}
