//! Which ordinals were given, in a room that may have lanes.

use std::collections::BTreeMap;

use shared::domain::{Draw, EventId, Lane, LaneIndex, Lanes, PerLane};
use sqlx::PgConnection;

use super::{
    lines::{GapLine, LaneLine},
    store::{self, RoomRow},
};
use crate::waiting_room::{gaps, records::Gap};

/// The ordinals of a room.
pub(super) struct Given {
    pub lanes: Lanes,
    /// How many of each lane were given, or passed over.
    next: PerLane,
    /// Those that stay nobody's.
    pub gaps: Vec<Gap>,
    /// The same by lane and first: the one behind the last.
    by_first: BTreeMap<(LaneIndex, u64), u64>,
}

impl Given {
    /// From the checkpoint and from what is written down of places.
    pub(super) async fn read(
        connection: &mut PgConnection,
        event: EventId,
        room: &RoomRow,
        lanes: Lanes,
    ) -> sqlx::Result<Self> {
        let mut next = room.next();
        let count = i64::try_from(lanes.count()).unwrap_or(1);
        for known in store::known_by_lane(connection, event, count).await? {
            next.raise(LaneIndex::try_from(known.lane).unwrap_or(0), known.next.unsigned_abs());
        }
        let gaps = gaps::of(&mut *connection, event).await?;
        for gap in &gaps {
            next.raise(gap.lane, gap.to);
        }
        let by_first = gaps.iter().map(|gap| ((gap.lane, gap.from), gap.to)).collect();
        Ok(Self { lanes, next, gaps, by_first })
    }

    /// No ordinal is this one or higher.
    pub(super) fn end(&self) -> u64 {
        self.lanes.ordinals(&self.next)
    }

    /// How many places there are.
    pub(super) fn count(&self) -> u64 {
        self.next.sum() - self.gaps.iter().map(|gap| gap.to - gap.from).sum::<u64>()
    }

    /// Whether somebody got an ordinal.
    pub(super) fn is_anybodys(&self, ordinal: u64) -> bool {
        let (lane, local) = (self.lanes.lane_of(ordinal), self.lanes.local_of(ordinal));
        let before = self.by_first.range((lane, 0)..=(lane, local)).next_back();
        local < self.next.get(lane) && before.is_none_or(|(_, beyond)| *beyond <= local)
    }

    /// What the pack says of lanes; nothing where there is only one.
    pub(super) fn lane_lines(&self, draw: &Draw, named: &[Lane]) -> Vec<LaneLine> {
        let (lobby, lanes) = (draw.lobby(), &self.lanes);
        let line = |lane: LaneIndex| LaneLine {
            name: usize::from(lane).checked_sub(1).and_then(|at| named.get(at)).map(|lane| lane.name.clone()),
            share_percent: lanes.share_percent(lane),
            lobby_count: lobby.get(lane),
            next: self.next.get(lane),
        };
        lanes.all().filter(|_| lanes.are_several()).map(line).collect()
    }
}

impl From<Gap> for GapLine {
    fn from(gap: Gap) -> Self {
        Self { lane: gap.lane, from: gap.from, to: gap.to, at_ms: gap.at_ms }
    }
}
