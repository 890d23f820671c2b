//! The report as one page that needs nothing else: no script, no font, nothing from a network.

use askama::Template;

use crate::{
    hostile::UNHINDERED,
    resources::{KINDS, memory_of_largest, share},
};

use super::{
    Report, Step, chart,
    chart::{Chart, Series},
    nice,
    words::{END_WORDS, STEP_WORDS},
};

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Report,
    headline: &'static str,
    summary: String,
    notes: Vec<String>,
    tiles: Vec<Tile>,
    sale: Vec<Picture>,
    machine: Vec<Picture>,
    steps: Vec<StepCard<'a>>,
    ends: Vec<EndRow>,
    happened: Vec<(String, &'a str)>,
    machines: String,
}

/// A figure to read from afar.
struct Tile {
    what: &'static str,
    value: String,
}

struct Picture {
    title: String,
    said: String,
    svg: String,
}

struct StepCard<'a> {
    name: &'a str,
    title: &'a str,
    said: &'a str,
    over: bool,
    limit: String,
    figures: [String; 6],
    over_time: String,
    spread: String,
}

struct EndRow {
    what: String,
    count: String,
    percent: String,
}

/// Writes it.
pub(super) fn write(report: &Report) -> anyhow::Result<String> {
    Ok(Page::new(report).render()?)
}

impl<'a> Page<'a> {
    fn new(report: &'a Report) -> Self {
        let failed = report.verdicts.iter().filter(|verdict| !verdict.holds).count();
        let all = report.verdicts.len();
        let summary = match failed {
            0 => format!("All {all} things that were looked at are as they should be."),
            1 => {
                format!("1 of {all} things that were looked at is not as it should be; it comes first below.")
            }
            some => format!(
                "{some} of {all} things that were looked at are not as they should be; they come first below."
            ),
        };
        let marks: Vec<f64> = report.happened.iter().map(|one| seconds(one.after_ms)).collect();
        let happened = report.happened.iter();
        let happened = happened.map(|one| (nice::moment(one.after_ms.div_euclid(1_000)), one.what.as_str()));
        let processes = report.processes.iter().map(|(kind, count)| format!("{count} × {kind}"));
        Self {
            headline: if report.holds { "It holds." } else { "It does not hold." },
            summary,
            notes: notes(report),
            tiles: tiles(report),
            sale: sale(report, &marks),
            machine: machine(report, &marks),
            steps: cards(report, &marks),
            ends: ends(report),
            happened: happened.collect(),
            machines: processes.collect::<Vec<_>>().join(", "),
            report,
        }
    }

    /// What failed comes first.
    fn verdicts(&self) -> Vec<&'a super::Verdict> {
        let (holds, failed): (Vec<_>, Vec<_>) =
            self.report.verdicts.iter().partition(|verdict| verdict.holds);
        failed.into_iter().chain(holds).collect()
    }
}

/// What has to be known to believe the page.
fn notes(report: &Report) -> Vec<String> {
    let mut notes = Vec::new();
    if report.fans < report.planned_fans {
        let (fans, planned) = (nice::count(report.fans.into()), nice::count(report.planned_fans.into()));
        notes.push(format!("Played with {fans} of the scenario's {planned} fans: it says nothing of more, and how soon all is sold was not judged."));
    }
    if !report.release_build {
        notes.push("Played against a build for development: the real one is faster.".to_owned());
    }
    let free = report.counts.get(UNHINDERED).copied().unwrap_or(0);
    if free > 0 {
        let free = nice::count(free);
        notes.push(format!(
            "{free} scalpers met no limit: it was raised for this rehearsal (ONSALE_DEVICE_ATTEMPTS)."
        ));
    }
    if report.forgotten > 0 {
        let count = nice::count(i64::try_from(report.forgotten).unwrap_or(0));
        notes.push(format!(
            "{count} differences are explained by an engine's loss of memory that was part of it."
        ));
    }
    notes
}

fn tiles(report: &Report) -> Vec<Tile> {
    let most = |what: &str| report.seconds.iter().filter_map(|at| at.counts.get(what)).max().copied();
    let count = |what: &str| report.counts.get(what).copied().unwrap_or(0);
    let p99 = |step: &str| report.steps.get(step).map(|step| nice::time(step.times.p99_us));
    let tiles = [
        ("fans took part", Some(nice::count(report.fans.into()))),
        ("waited at once, at most", most("waiting").map(nice::count)),
        ("were let in", Some(nice::count(count("admitted")))),
        ("tickets were sold", Some(nice::count(count("tickets"))).filter(|_| count("tickets") > 0)),
        ("to join, for 99 of 100", p99("join")),
        ("to get the seats, for 99 of 100", p99("hold")),
        ("calls failed", Some(nice::count(count(crate::tally::ERRORS)))),
        (
            "attacks were refused",
            Some(nice::count(count("attacks refused"))).filter(|_| count("attacks refused") > 0),
        ),
    ];
    tiles.into_iter().filter_map(|(what, value)| Some(Tile { what, value: value? })).collect()
}

/// The course of the sale.
fn sale(report: &Report, marks: &[f64]) -> Vec<Picture> {
    let pictures = [
        ("waiting", "Waiting", "People in the waiting room"),
        ("sockets", "Connected", "Live connections that were open"),
        ("admitted", "Let in", "All who were let in until then"),
        ("shopping", "Shopping", "People choosing or paying at that moment"),
        ("tickets", "Sold", "All tickets sold until then"),
        (crate::tally::LATER, "Told to come again", "Calls that were answered “later”, all until then"),
        (crate::tally::ERRORS, "Failed", "Calls that failed, all until then"),
    ];
    let picture = |(count, title, said)| picture(report, marks, count, title, said);
    pictures.into_iter().filter_map(picture).collect()
}

/// What Onsale's processes took of the machine.
fn machine(report: &Report, marks: &[f64]) -> Vec<Picture> {
    let pictures = KINDS.into_iter().flat_map(|(kind, program)| {
        let share = (share(kind), "cores", "Percent of one core, all processes of this kind");
        let memory = (memory_of_largest(kind), "memory", "MB of the largest process of this kind");
        [share, memory].map(|(count, what, said)| (count, format!("{program}: {what}"), said))
    });
    pictures.filter_map(|(count, title, said)| picture(report, marks, &count, &title, said)).collect()
}

/// The course of a count; none where it was never above zero.
fn picture(report: &Report, marks: &[f64], count: &str, title: &str, said: &str) -> Option<Picture> {
    let points: Vec<_> = report
        .seconds
        .iter()
        .filter_map(|at| Some((whole(at.at_s), whole(*at.counts.get(count)?))))
        .collect();
    let most = report.seconds.iter().filter_map(|at| at.counts.get(count)).max().copied().unwrap_or(0);
    if most == 0 {
        return None;
    }
    let said = format!("{said}; at most {}.", nice::count(most));
    let label = format!("{title}: {said}");
    let series = [Series { class: "main", points }];
    let chart =
        Chart { label: &label, series: &series, limit: None, marks, span: span(report), unit: nice::short };
    Some(Picture { title: title.to_owned(), svg: chart.svg(), said })
}

/// In the order of a fan's way.
fn cards<'a>(report: &'a Report, marks: &[f64]) -> Vec<StepCard<'a>> {
    let mut steps: Vec<_> = report.steps.iter().collect();
    steps.sort_by_key(|(name, _)| {
        STEP_WORDS.iter().position(|(known, ..)| known == name).unwrap_or(usize::MAX)
    });
    steps.into_iter().map(|(name, step)| card(report, name, step, marks)).collect()
}

fn card<'a>(report: &Report, name: &'a str, step: &Step, marks: &[f64]) -> StepCard<'a> {
    let (title, said) = STEP_WORDS
        .iter()
        .find(|(known, ..)| *known == name)
        .map_or((name, ""), |(_, title, said)| (*title, *said));
    let limit_ms = report.limits_ms.get(name).copied();
    let of = |pick: fn(&super::Quantiles) -> u64| {
        let points =
            report.seconds.iter().filter_map(|at| Some((whole(at.at_s), millis(pick(at.steps.get(name)?)))));
        points.collect::<Vec<_>>()
    };
    let series = [
        Series { class: "main", points: of(|times| times.p99_us) },
        Series { class: "half", points: of(|times| times.p50_us) },
    ];
    let times = step.times;
    let label = format!("{title}, second by second");
    let over_time = Chart {
        label: &label,
        series: &series,
        limit: limit_ms,
        marks,
        span: span(report),
        unit: millis_text,
    };
    let spread = format!("{title}: how often it took how long");
    let count = nice::count(i64::try_from(times.count).unwrap_or(i64::MAX));
    let [p50, p95, p99, max] = [times.p50_us, times.p95_us, times.p99_us, times.max_us].map(nice::time);
    StepCard {
        name,
        title,
        said,
        over: limit_ms.is_some_and(|limit| millis(times.p99_us) > limit),
        limit: limit_ms.map(millis_text).unwrap_or_default(),
        figures: [count, nice::count(step.errors), p50, p95, p99, max],
        // What is told only at the end has no course.
        over_time: if series[0].points.is_empty() { String::new() } else { over_time.svg() },
        spread: chart::histogram(&spread, &step.histogram, limit_ms.map(|limit| limit * 1_000.0)),
    }
}

fn ends(report: &Report) -> Vec<EndRow> {
    let all: usize = report.ends.values().sum();
    let mut ends: Vec<_> = report.ends.iter().collect();
    ends.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let row = |(end, count): (&String, &usize)| {
        let what = END_WORDS.iter().find(|(known, _)| known == end).map_or(end.as_str(), |(_, words)| words);
        let percent =
            100.0 * whole(i64::try_from(*count).unwrap_or(0)) / whole(i64::try_from(all).unwrap_or(1));
        let count = nice::count(i64::try_from(*count).unwrap_or(0));
        EndRow { what: what.to_owned(), count, percent: format!("{percent:.1}") }
    };
    ends.into_iter().map(row).collect()
}

fn span(report: &Report) -> (f64, f64) {
    let at = |second: Option<&super::Second>| whole(second.map_or(0, |second| second.at_s));
    (at(report.seconds.first()), at(report.seconds.last()))
}

fn seconds(ms: i64) -> f64 {
    whole(ms) / 1_000.0
}

fn millis(us: u64) -> f64 {
    whole(i64::try_from(us).unwrap_or(i64::MAX)) / 1_000.0
}

fn millis_text(ms: f64) -> String {
    if ms >= 1_000.0 { format!("{} s", nice::short(ms / 1_000.0)) } else { format!("{} ms", nice::short(ms)) }
}

#[expect(clippy::cast_precision_loss, reason = "pictures are not that exact")]
fn whole(number: i64) -> f64 {
    number as f64
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
