//! What came of a scenario, made into its report.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;

use crate::{
    incidents::Happened,
    life::{End, Life},
    plan::Plan,
    report::{Incident, Report, Second, Step, Verdict},
    scenario::{Memory, What},
    tally::{Sum, errors_of, histogram},
    thresholds::{ADMIT_PUSH, Thresholds},
    witness::Testimony,
};

/// Everything that was seen.
pub(crate) struct Outcome {
    pub(crate) plan: Plan,
    pub(crate) sum: Sum,
    pub(crate) times: BTreeMap<String, Histogram<u64>>,
    pub(crate) seconds: Vec<Second>,
    pub(crate) lives: Vec<Life>,
    pub(crate) testimony: Testimony,
    pub(crate) happened: Vec<Happened>,
}

impl Outcome {
    /// Judges it.
    pub(crate) fn report(mut self, planned_fans: u32, processes: BTreeMap<String, usize>) -> Report {
        if let Some(pushes) = pushes(&self.happened, &self.lives) {
            self.times.insert(ADMIT_PUSH.to_owned(), pushes);
        }
        let opens_at_ms = self.plan.opens_at_ms;
        let steps = self
            .times
            .iter()
            .map(|(step, times)| (step.clone(), Step::new(times, self.sum.of(&errors_of(step)))));
        let happened = self.happened.iter();
        let happened =
            happened.map(|one| Incident { after_ms: one.at_ms - opens_at_ms, what: told(&one.what) });
        let ends = self.testimony.ends.iter().map(|(end, count)| (word(*end), *count));
        let scenario = &self.plan.scenario;
        let mut report = Report {
            title: scenario.title.clone(),
            event: self.plan.event.clone(),
            seed: self.plan.seed,
            fans: scenario.fans,
            planned_fans,
            capacity: scenario.venue.capacity(),
            opens_at_ms,
            release_build: !cfg!(debug_assertions),
            processes,
            steps: steps.collect(),
            seconds: self.seconds,
            limits_ms: scenario.thresholds.of_steps(self.times.keys()),
            ends: ends.collect(),
            happened: happened.collect(),
            heard: self.testimony.heard,
            forgotten: self.testimony.forgotten,
            ..Report::default()
        };
        let breaches = self.sum.breaches.iter().chain(&self.testimony.contradictions).cloned().collect();
        let counted =
            self.sum.of("breaches") + i64::try_from(self.testimony.contradictions.len()).unwrap_or(0);
        report.keep_breaches(breaches, usize::try_from(counted).unwrap_or(0));
        report.counts = self.sum.counts;
        report.verdicts.push(Verdict::of_breaches(&report));
        let of = |what: &str| report.counts.get(what).copied().unwrap_or(0);
        report.verdicts.extend(Verdict::of_attacks(of("attacks refused"), of("attacks accepted")));
        let sales = sales(&self.lives, opens_at_ms, scenario.people.tickets);
        // Too few to fill the house say nothing of how soon it is sold.
        let sold = scenario.thresholds.sold.filter(|_| scenario.fans >= planned_fans);
        let thresholds = Thresholds { sold, ..scenario.thresholds };
        report.verdicts.extend(thresholds.judge(&report, &sales));
        report.holds = report.verdicts.iter().all(|verdict| verdict.holds);
        report
    }
}

/// When how many tickets were sold, milliseconds from the opening.
fn sales(lives: &[Life], opens_at_ms: i64, tickets: u32) -> Vec<(i64, u32)> {
    lives.iter().filter_map(|life| Some((life.confirmed_ms? - opens_at_ms, tickets))).collect()
}

/// From "admit n now" to each fan who heard of it.
fn pushes(happened: &[Happened], lives: &[Life]) -> Option<Histogram<u64>> {
    let admits = happened.iter().filter(|one| matches!(one.what, What::Admit(_))).map(|one| one.at_ms);
    let mut admits: Vec<i64> = admits.collect();
    admits.sort_unstable();
    let since_last = |heard: i64| {
        let last = admits.iter().rev().find(|at| **at <= heard)?;
        u64::try_from((heard - last) * 1_000).ok()
    };
    let mut times = histogram();
    for took in lives.iter().filter_map(|life| since_last(life.admitted_ms?)) {
        times.saturating_record(took);
    }
    (!times.is_empty()).then_some(times)
}

fn told(what: &What) -> String {
    match what {
        What::Kill(process) => format!("{process} was killed"),
        What::Flush(Memory::Redis) => "Redis lost its whole memory".to_owned(),
        What::Admit(count) => format!("the organiser let {count} in at once"),
        What::Change(change) => format!("the organiser changed the room: {change}"),
    }
}

/// The word for an end, as it is written in logs.
fn word(end: End) -> String {
    serde_json::to_value(end).ok().and_then(|word| Some(word.as_str()?.to_owned())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::Intent;

    #[test]
    fn a_push_is_counted_from_the_last_admission_before_it() {
        let at = |at_ms| Happened { at_ms, what: What::Admit(5) };
        let life = |admitted_ms| Life { admitted_ms, ..Life::new(0, Intent::Buy) };
        let lives = [life(Some(900)), life(Some(1_010)), life(Some(5_250)), life(None)];
        let times = pushes(&[at(5_000), at(1_000)], &lives).unwrap();
        assert_eq!((times.len(), times.min() / 1_000, times.max() / 1_000), (2, 10, 250));
        assert!(pushes(&[], &lives).is_none());
    }

    #[test]
    fn only_what_was_confirmed_is_sold() {
        let life = |confirmed_ms| Life { confirmed_ms, ..Life::new(0, Intent::Buy) };
        assert_eq!(sales(&[life(None), life(Some(12_000))], 10_000, 2), [(2_000, 2)]);
        assert_eq!(word(End::GaveBack), "gave_back");
    }
}
