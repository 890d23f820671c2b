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
    scenario::{Room, What},
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

/// Hears every fan of such a room.
pub(crate) fn hear(
    pack: &str,
    lives: &[Life],
    happened: &[Happened],
    room: &Room,
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
        let said = places.get(&ordinal).map_or("not in the pack", |place| contradiction(life, place, room));
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

/// What is wrong, in such a room; nothing: "".
fn contradiction(life: &Life, place: &Evidence, room: &Room) -> &'static str {
    let outcome = place.outcome.as_str();
    if matches!(outcome, "forfeited" | "passed_over") {
        return "a place that was promised was passed over";
    }
    if life.claimed_ms.is_some() && place.claimed_ms.is_none() {
        return "it came in";
    }
    let was_over = place.released_ms.zip(life.left_ms).is_some_and(|(at, left)| at + room.offer_ms() <= left);
    // What was paid in time is booked even when the pass has ended meanwhile.
    let last = life.confirmed_ms.max(life.left_ms);
    let outlived = place.claimed_ms.zip(last).is_some_and(|(at, last)| at + room.pass_ms() <= last);
    let fits: &[&str] = match life.end {
        End::Bought if outlived => &["finished", "expired"],
        End::Bought => &["finished"],
        End::GaveBack | End::SoldOut | End::Declined if outlived => &["given_back", "expired"],
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

    const ROOM: Room = Room {
        lease_cap: 10,
        rate_per_minute: 10,
        claim_window_seconds: 1,
        grace_seconds: 0,
        pass_ttl_seconds: 60,
    };

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
            let said = contradiction(&life, &place(outcome, released_ms), &ROOM);
            assert_eq!(said.is_empty(), fits, "{outcome} {released_ms:?}: {said}");
        }
    }

    #[test]
    fn only_who_was_booked_after_the_pass_had_ended_may_have_outlived_it() {
        let mut life = Life::new(1, Intent::Buy);
        life.end = End::Bought;
        for (outcome, confirmed_ms, fits) in [
            ("finished", 5_000, true),
            ("expired", 60_999, false),
            ("expired", 61_000, true),
            ("left", 61_000, false),
        ] {
            life.confirmed_ms = Some(confirmed_ms);
            let place = Evidence { claimed_ms: Some(1_000), ..place(outcome, Some(0)) };
            let said = contradiction(&life, &place, &ROOM);
            assert_eq!(said.is_empty(), fits, "{outcome} {confirmed_ms}: {said}");
        }
    }
}
