//! What the fans say, held against the evidence pack: an organiser could sign anything.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use anyhow::Context as _;
use serde::Deserialize;

use crate::{
    incidents::Happened,
    life::{End, Life},
    scenario::What,
};

/// What was told so long before Redis lost its memory may be forgotten, milliseconds: the releaser writes down once a
/// beat what happened.
const FORGOTTEN_MS: i64 = 3_000;
/// What was told so long after it may have been decided before: the loss itself takes a moment, answers are under way.
const UNDER_WAY_MS: i64 = 500;

/// A place in the pack.
#[derive(Clone, Debug, Deserialize)]
struct Evidence {
    kind: String,
    #[serde(default)]
    ordinal: u64,
    #[serde(default)]
    outcome: String,
    released_ms: Option<i64>,
    claimed_ms: Option<i64>,
}

/// What the witnesses found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Testimony {
    /// Fans with a place.
    pub(crate) heard: usize,
    /// What an engine's loss of memory explains.
    pub(crate) forgotten: usize,
    pub(crate) contradictions: Vec<String>,
    /// How many ended in each way.
    pub(crate) ends: BTreeMap<End, usize>,
}

/// The lives in a herd's log.
pub(crate) fn lives(log: &Path) -> anyhow::Result<Vec<Life>> {
    let text = std::fs::read_to_string(log).with_context(|| log.display().to_string())?;
    text.lines().map(|line| serde_json::from_str(line).context("a line of a fan's log")).collect()
}

/// Hears every fan of a room whose offers stand for so long, milliseconds.
pub(crate) fn hear(
    pack: &str,
    lives: &[Life],
    happened: &[Happened],
    offer_ms: i64,
) -> anyhow::Result<Testimony> {
    let mut places = HashMap::new();
    for line in pack.lines() {
        let line: Evidence = serde_json::from_str(line).context("a line of the evidence pack")?;
        if line.kind == "place" {
            places.insert(line.ordinal, line);
        }
    }
    let lost: Vec<i64> =
        happened.iter().filter(|one| matches!(one.what, What::Flush(_))).map(|one| one.at_ms).collect();
    let mut testimony = Testimony::default();
    let mut seen = HashMap::new();
    for life in lives {
        *testimony.ends.entry(life.end).or_default() += 1;
        let Some(ordinal) = life.ordinal else { continue };
        testimony.heard += 1;
        if let Some(other) = seen.insert(ordinal, life.fan) {
            testimony
                .contradictions
                .push(format!("fans {other} and {} both got ordinal {ordinal}", life.fan));
        }
        let said =
            places.get(&ordinal).map_or("not in the pack", |place| contradiction(life, place, offer_ms));
        if said.is_empty() {
            continue;
        }
        if lost.iter().any(|at| acts(life).any(|act| (at - FORGOTTEN_MS..=at + UNDER_WAY_MS).contains(&act)))
        {
            testimony.forgotten += 1;
        } else {
            let outcome = places.get(&ordinal).map_or("", |place| &place.outcome);
            testimony.contradictions.push(format!(
                "fan {} (ordinal {ordinal}) ended as {:?}, the pack says {outcome:?}: {said}",
                life.fan, life.end
            ));
        }
    }
    Ok(testimony)
}

/// When the fan was told that something is done which is written down.
fn acts(life: &Life) -> impl Iterator<Item = i64> {
    [life.left_ms, life.accepted_ms, life.claimed_ms].into_iter().flatten()
}

/// What is wrong, where offers stand for so long; nothing: "".
fn contradiction(life: &Life, place: &Evidence, offer_ms: i64) -> &'static str {
    let outcome = place.outcome.as_str();
    if matches!(outcome, "forfeited" | "passed_over") {
        return "a place that was promised was passed over";
    }
    if life.claimed_ms.is_some() && place.claimed_ms.is_none() {
        return "it came in";
    }
    let was_over = place.released_ms.zip(life.left_ms).is_some_and(|(at, left)| at + offer_ms <= left);
    let fits: &[&str] = match life.end {
        End::Bought => &["finished"],
        End::GaveBack | End::SoldOut | End::Declined => &["given_back"],
        End::Abandoned => &["expired"],
        // A turn that nobody took is over by itself; whoever does not know and leaves then is told that it is done.
        End::Left if was_over => &["left", "declined", "no_show"],
        End::Left => &["left", "declined"],
        End::NoShow => &["no_show"],
        // Told to come in or not, it was too late, or heard nothing; the room may have closed meanwhile.
        End::Missed | End::NotBooked | End::NoPlace | End::Attacked => return "",
        End::Waited => &["waiting", "no_show", "left"],
    };
    if fits.contains(&outcome) { "" } else { "that is something else" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::Intent;

    fn place(outcome: &str, released_ms: Option<i64>) -> Evidence {
        Evidence { kind: "place".into(), ordinal: 7, outcome: outcome.into(), released_ms, claimed_ms: None }
    }

    #[test]
    fn who_leaves_after_the_turn_was_over_contradicts_nobody() {
        let mut life = Life::new(1, Intent::Leave);
        (life.end, life.left_ms) = (End::Left, Some(5_000));
        for (outcome, released_ms, fits) in [
            ("left", None, true),
            ("declined", Some(4_900), true),
            ("no_show", Some(4_000), true),
            ("no_show", Some(4_001), false),
            ("no_show", None, false),
            ("finished", Some(1), false),
        ] {
            let said = contradiction(&life, &place(outcome, released_ms), 1_000);
            assert_eq!(said.is_empty(), fits, "{outcome} {released_ms:?}: {said}");
        }
    }
}
