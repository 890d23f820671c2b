//! Making a room again after its memory was lost, and reading one to write it elsewhere.

use std::collections::{BTreeMap, HashMap};

use super::{PlaceState, RATE_WINDOW_MS, Settings, WaitingRoom};
use crate::domain::{Draw, Lanes, PerLane, RoomPhase};

/// A place that recovery found, in the broker or in the records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPlace {
    /// Order of joining.
    pub ordinal: u64,
    /// Who joined.
    pub who: String,
    /// What is known of it.
    pub state: KnownState,
}

/// What recovery knows of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownState {
    /// In the broker, not admitted.
    Waiting,
    /// Left before its turn.
    Left,
    /// Nobody's: its slot was passed over before anybody joined for it.
    Gap,
    /// Admitted.
    Admitted {
        /// Its number.
        number: u64,
        /// When.
        at_ms: i64,
        /// When its offer was claimed.
        claimed_at_ms: Option<i64>,
        /// Whether its lease has ended.
        ended: bool,
        /// Whether it was admitted beyond the rate.
        extra: bool,
    },
}

impl WaitingRoom {
    /// A room made again after its memory was lost: from the settings, the lanes, the draw, the places the broker and the
    /// records know. Live leases stay: a claimed pass keeps its deadline, an offer that was still open is made
    /// afresh. An ordinal that nobody knows was never acknowledged; it can only be forfeited.
    #[must_use]
    pub fn rebuild(
        settings: Settings,
        lanes: Lanes,
        phase: RoomPhase,
        draw: Option<Draw>,
        checkpoint: Checkpoint,
        known: &[KnownPlace],
        now_ms: i64,
    ) -> Self {
        let mut room = Self::with_lanes(settings, lanes);
        room.clock_ms = now_ms;
        room.phase = phase;
        room.draw = draw;
        room.lobby = draw.map(|draw| draw.lobby());
        room.serving = checkpoint.serving;
        room.next = checkpoint.next;
        for lane in lanes.all() {
            room.next.raise(lane, room.lobby.unwrap_or_default().get(lane));
        }
        for place in known {
            room.next.raise(lanes.lane_of(place.ordinal), lanes.local_of(place.ordinal) + 1);
        }
        room.make_space();
        let mut admissions = Vec::new();
        for place in known {
            room.restore(place, &mut admissions);
        }
        admissions.sort_unstable();
        room.admissions = admissions.into();
        room.forfeit_passed_over(known);
        for place in known {
            room.restore_who(place);
        }
        room.advance(now_ms);
        room
    }

    fn restore(&mut self, known: &KnownPlace, admissions: &mut Vec<i64>) {
        let (now_ms, settings) = (self.clock_ms, self.settings);
        let mut lease = None;
        let mut place = PlaceState { confirmed: true, ..PlaceState::default() };
        match known.state {
            KnownState::Waiting => {}
            KnownState::Left => place.left = true,
            KnownState::Gap => {
                place.left = true;
                self.gaps += 1;
            }
            KnownState::Admitted { number, at_ms, claimed_at_ms, ended, extra } => {
                place.released = true;
                place.claimed = claimed_at_ms.is_some();
                self.serving = self.serving.max(number + 1);
                if !extra && at_ms > now_ms - RATE_WINDOW_MS {
                    admissions.push(at_ms);
                }
                lease = match claimed_at_ms {
                    _ if ended => None,
                    Some(claimed_ms) => Some(claimed_ms + settings.pass_ttl_ms),
                    None if at_ms + settings.offer_ms() > now_ms => Some(now_ms + settings.offer_ms()),
                    None => Some(at_ms + settings.offer_ms()),
                };
            }
        }
        if let Some(expiry) = lease {
            self.leases.insert(known.ordinal, expiry);
        }
        if let Some(slot) = self.place_mut(known.ordinal) {
            *slot = place;
        }
    }

    /// A place that the broker has, that was passed over and neither came in nor left: it was forfeited before its
    /// message arrived, and nobody was answered.
    fn forfeit_passed_over(&mut self, known: &[KnownPlace]) {
        let Some(draw) = self.draw else { return };
        for waiting in known.iter().filter(|place| place.state == KnownState::Waiting) {
            if draw.number(waiting.ordinal) < self.serving
                && let Some(place) = self.place_mut(waiting.ordinal)
            {
                place.left = true;
            }
        }
    }

    fn restore_who(&mut self, known: &KnownPlace) {
        if !self.is_over(known.ordinal) {
            let ordinal = self.who.entry(known.who.clone()).or_insert(known.ordinal);
            *ordinal = known.ordinal.max(*ordinal);
        }
    }

    /// What the organiser set.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// The places, by ordinal.
    #[must_use]
    pub fn places(&self) -> &[PlaceState] {
        &self.places
    }

    /// Who has which place.
    #[must_use]
    pub fn joiners(&self) -> &HashMap<String, u64> {
        &self.who
    }

    /// Leases and when they expire, Unix ms.
    #[must_use]
    pub fn leases(&self) -> &BTreeMap<u64, i64> {
        &self.leases
    }

    /// How many an operator lets in beyond the rate, and until when, Unix ms.
    #[must_use]
    pub fn extra(&self) -> (u32, i64) {
        (self.extra, self.extra_until_ms)
    }

    /// When places were admitted within the rate, Unix ms, oldest first.
    pub fn admissions(&self) -> impl Iterator<Item = i64> {
        self.admissions.iter().copied()
    }
}

/// What was written down about the line, about once a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// How many ordinals of each lane were given.
    pub next: PerLane,
    /// Numbers below this one were released or passed over, and are in the records.
    pub serving: u64,
}

impl Checkpoint {
    /// A checkpoint of `room` as it is.
    #[must_use]
    pub fn of(room: &WaitingRoom) -> Self {
        Self { next: room.next, serving: room.serving }
    }
}
