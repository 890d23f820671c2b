//! What the processes of Onsale take of the machine, as Linux counts it.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};

use crate::incidents::System;

/// Kinds as `infra/status` names them, and their programs.
pub(crate) const KINDS: [(&str, &str); 3] =
    [("api", "queue-api"), ("worker", "registration-worker"), ("notifier", "notifier")];
/// Ticks of a second in which Linux counts the time of processes.
const TICKS: u64 = 100;
/// How long Onsale must be calm: longer than mails give way after a rush.
const CALM: Duration = Duration::from_secs(6);
/// What it takes of all cores in that time while it only looks whether there is anything to do.
const CALM_MS: u64 = 600;
/// Nobody waits longer for it.
const PATIENCE: Duration = Duration::from_secs(300);

/// Looks again and again.
pub(crate) struct Meter<'a> {
    system: &'a System,
    /// Ticks of each kind when it last looked, and when that was, Unix ms.
    last: BTreeMap<&'static str, (u64, i64)>,
}

impl<'a> Meter<'a> {
    pub(crate) fn new(system: &'a System) -> Self {
        Self { system, last: BTreeMap::new() }
    }

    /// By name: memory of all processes of a kind, of the largest of them, and what they took of a core since it last
    /// looked. A process that was killed takes nothing.
    pub(crate) fn look(&mut self, now_ms: i64) -> BTreeMap<String, i64> {
        let mut found = BTreeMap::new();
        for (kind, _) in KINDS {
            let pids = self.system.pids(kind);
            let kb: Vec<u64> = pids.iter().filter_map(|pid| resident_kb(*pid).ok()).collect();
            let ticks = pids.iter().filter_map(|pid| ticks(*pid).ok()).sum();
            found.insert(memory_of_all(kind), signed(kb.iter().sum()));
            found.insert(memory_of_largest(kind), signed(kb.into_iter().max().unwrap_or(0) / 1_024));
            if let Some((before, at_ms)) = self.last.insert(kind, (ticks, now_ms)) {
                // Whoever was killed took their ticks along.
                let took_ms = signed(ticks.saturating_sub(before) * 1_000 / TICKS);
                found.insert(share(kind), took_ms * 100 / (now_ms - at_ms).max(1));
            }
        }
        found
    }
}

/// kB.
pub(crate) fn memory_of_all(kind: &str) -> String {
    format!("{kind}: kB of all")
}

/// MB.
pub(crate) fn memory_of_largest(kind: &str) -> String {
    format!("{kind}: MB of the largest")
}

/// Percent of one core.
pub(crate) fn share(kind: &str) -> String {
    format!("{kind}: % of a core")
}

/// The time of all cores that the processes of a kind have taken.
pub(crate) fn cpu_ms(system: &System, kind: &str) -> anyhow::Result<u64> {
    let ticks: Vec<u64> = system.pids(kind).into_iter().map(ticks).collect::<anyhow::Result<_>>()?;
    Ok(ticks.into_iter().sum::<u64>() * 1_000 / TICKS)
}

/// Waits until Onsale does hardly anything: what came before is not in what is measured next.
pub(crate) async fn calm(system: &System) -> anyhow::Result<()> {
    let taken = || KINDS.iter().try_fold(0, |sum, (kind, _)| anyhow::Ok(sum + cpu_ms(system, kind)?));
    let begun = Instant::now();
    let mut before = taken()?;
    loop {
        tokio::time::sleep(CALM).await;
        let now = taken()?;
        if now.saturating_sub(before) <= CALM_MS {
            return Ok(());
        }
        ensure!(begun.elapsed() < PATIENCE, "Onsale does not come to rest");
        before = now;
    }
}

fn ticks(pid: u64) -> anyhow::Result<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    cpu_ticks(&stat).with_context(|| format!("the time of process {pid}"))
}

/// User and system time, the 14th and 15th member; the second is a name in brackets that may hold anything.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let members: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some(members.get(11)?.parse::<u64>().ok()? + members.get(12)?.parse::<u64>().ok()?)
}

/// Resident memory of a process.
pub(crate) fn resident_kb(pid: u64) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kb = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok());
    kb.with_context(|| format!("the memory of process {pid}"))
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_anything() {
        let stat = "17 (a) b (c) S 1 17 17 0 -1 4194560 900 0 3 0 250 75 0 0 20 0 5 0 1234 1000 200";
        assert_eq!(cpu_ticks(stat), Some(325));
        assert_eq!(cpu_ticks("17 (short) S 1"), None);
    }
}
