//! The tiers of a file, and what differs from seat to seat.

use std::collections::HashMap;

use super::Report;
use crate::{Mark, SeatIndex, SeatKind, TierIndex, import::Origin};

/// Most tiers, as the store has it.
const MAX_TIERS: usize = 100;
/// What the one tier of a file without tiers is called.
const ONLY_TIER: &str = "Standard";

/// Names of tiers and their indexes.
#[derive(Debug, Default)]
pub(crate) struct Tiers {
    names: Vec<String>,
    index: HashMap<String, TierIndex>,
}

impl Tiers {
    /// Numbers that are used as tiers stay what they are; names are numbered as they are listed and then found.
    pub(super) fn of<'a>(
        mut names: Vec<String>,
        used: impl Iterator<Item = &'a String>,
        report: &mut Report,
    ) -> Self {
        let mut index: HashMap<String, TierIndex> = HashMap::new();
        for (at, name) in (0..).zip(&names) {
            index.entry(name.clone()).or_insert(at);
        }
        for tier in used {
            if !index.contains_key(tier) {
                index.insert(tier.clone(), TierIndex::try_from(names.len()).unwrap_or(TierIndex::MAX));
                names.push(tier.clone());
            }
        }
        let numbers: Option<Vec<TierIndex>> = names.iter().map(|name| tier_number(name)).collect();
        if let Some(numbers) = numbers.filter(|numbers| !numbers.is_empty()) {
            let last = numbers.iter().max().copied().unwrap_or(0);
            names = (0..=last).map(|tier| tier.to_string()).collect();
            index = (0..=last).map(|tier| (tier.to_string(), tier)).collect();
        }
        if names.len() > MAX_TIERS {
            let message = format!("{} tiers; at most {MAX_TIERS}", names.len());
            report.error("too-many-tiers", &Origin::file(), message);
        }
        Self { names, index }
    }

    pub(crate) fn index_of(&self, name: &str) -> TierIndex {
        self.index.get(name).copied().unwrap_or(0)
    }

    pub(crate) fn into_names(self) -> Vec<String> {
        let mut names = self.names;
        if names.is_empty() {
            names.push(String::new());
        }
        let free =
            std::iter::once(ONLY_TIER.to_owned()).chain((2..).map(|number| format!("{ONLY_TIER} {number}")));
        if let Some(name) = free.into_iter().find(|name| !names.contains(name)) {
            for unnamed in names.iter_mut().filter(|name| name.is_empty()) {
                unnamed.clone_from(&name);
            }
        }
        names
    }
}

fn tier_number(name: &str) -> Option<TierIndex> {
    name.parse().ok().filter(|tier: &TierIndex| usize::from(*tier) < MAX_TIERS && tier.to_string() == name)
}

/// The tier that most of these seats have, the lowest of equals.
pub(super) fn commonest(tiers: &[TierIndex]) -> TierIndex {
    let mut counts: HashMap<TierIndex, usize> = HashMap::new();
    for tier in tiers {
        *counts.entry(*tier).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(tier, count)| (*count, TierIndex::MAX - *tier));
    most.map_or(0, |(tier, _)| tier)
}

/// The marks of a section's seats: for each index its tier where that is not the row's, and its kind.
pub(super) fn marks_of(seats: &[(Option<TierIndex>, Option<SeatKind>)]) -> Vec<Mark> {
    let mut tiers: Vec<_> = seats.iter().filter_map(|(tier, _)| *tier).collect();
    tiers.sort_unstable();
    tiers.dedup();
    let by_tier = tiers.into_iter().map(|tier| Mark {
        seats: stretches(seats.iter().map(|seat| seat.0 == Some(tier))),
        tier: Some(tier),
        kind: None,
    });
    let kinds = [SeatKind::Wheelchair, SeatKind::Companion, SeatKind::RestrictedView];
    let by_kind = kinds.into_iter().map(|kind| Mark {
        seats: stretches(seats.iter().map(|seat| seat.1 == Some(kind))),
        tier: None,
        kind: Some(kind),
    });
    by_tier.chain(by_kind).filter(|mark| !mark.seats.is_empty()).collect()
}

fn stretches(marked: impl Iterator<Item = bool>) -> Vec<[SeatIndex; 2]> {
    let mut stretches: Vec<[SeatIndex; 2]> = Vec::new();
    for (seat, _) in (0..).zip(marked).filter(|(_, marked)| *marked) {
        match stretches.last_mut() {
            Some([_, last]) if *last + 1 == seat => *last = seat,
            _ => stretches.push([seat, seat]),
        }
    }
    stretches
}
