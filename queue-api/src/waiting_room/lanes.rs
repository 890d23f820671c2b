//! Lanes as clients see them.

use serde::Serialize;
use shared::{
    domain::{Lane, LaneEntry, LaneIndex, Lanes, PerLane},
    store::events::EventRecord,
};
use utoipa::ToSchema;

use super::look::RoomView;
use crate::problem::Problem;

/// One lane of a room that has several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LaneDocument {
    /// What fans know it by; none: everybody's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// Who may join it; none: everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub entry: Option<LaneEntry>,
    /// Its share of those who come in.
    pub share_percent: u64,
    /// Places of it that are drawn, once fixed at the opening.
    pub lobby_count: Option<u64>,
    /// Places of it whose turn is still to come.
    pub waiting: u64,
}

/// The lane that somebody asks for; without wishes everybody's. Who has a code is taken where that leads.
///
/// # Errors
/// When there is no such lane, or it needs a code.
pub(super) fn asked(
    event: &EventRecord,
    lane: Option<LaneIndex>,
    has_code: bool,
) -> Result<LaneIndex, Problem> {
    let Some(lane) = lane.filter(|lane| *lane > 0 && !has_code) else { return Ok(0) };
    match event.lanes.get(usize::from(lane) - 1).map(|lane| lane.entry) {
        Some(LaneEntry::Open) => Ok(lane),
        Some(LaneEntry::Code) => {
            Err(Problem::forbidden("lane-needs-code", "This lane is for those with a code for it."))
        }
        None => Err(Problem::invalid("lane", "There is no such lane.")),
    }
}

/// The lanes of a room, everybody's first; empty where there is only that one.
pub(crate) fn lane_documents(view: &RoomView, named: &[Lane]) -> Vec<LaneDocument> {
    let lanes = several(&view.lanes).map(Lanes::all).unwrap_or_default();
    let document = |lane: LaneIndex| {
        let set = usize::from(lane).checked_sub(1).and_then(|at| named.get(at));
        LaneDocument {
            name: set.map(|lane| lane.name.clone()),
            entry: set.map(|lane| lane.entry),
            share_percent: view.lanes.share_percent(lane),
            lobby_count: view.lobby.map(|lobby| lobby.get(lane)),
            waiting: view.next.get(lane).saturating_sub(view.lanes.below(lane, view.serving)),
        }
    };
    lanes.map(document).collect()
}

/// The lane of each slot; empty where there is only one.
pub(crate) fn lane_cycle(lanes: &Lanes) -> Vec<LaneIndex> {
    several(lanes).map(|lanes| lanes.cycle().to_vec()).unwrap_or_default()
}

/// A count for each lane; empty where there is only one.
pub(super) fn lane_counts(lanes: &Lanes, counts: &PerLane) -> Vec<u64> {
    several(lanes).map(|lanes| counts.of(lanes).to_vec()).unwrap_or_default()
}

fn several(lanes: &Lanes) -> Option<&Lanes> {
    Some(lanes).filter(|lanes| lanes.are_several())
}
