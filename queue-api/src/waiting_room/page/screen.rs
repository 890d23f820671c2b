//! Which of its screens the page shows.

use shared::domain::{EventStatus, RoomPhase};
use time::OffsetDateTime;

use crate::waiting_room::documents::{PlaceDocument, PlaceState, RoomDocument};

/// What a fan sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Screen {
    /// The lobby is not open yet.
    Soon,
    /// May join.
    Join,
    /// Waits for the draw.
    Lobby,
    /// Waits for the turn.
    Line,
    /// May come in.
    Turn,
    /// May still come in, and is asked whether there is anybody.
    Still,
    /// Is in.
    Shopping,
    /// Missed the turn, or used it up.
    Over,
    /// Nobody comes in any more.
    Closed,
    /// The room cannot be looked at.
    Away,
}

impl Screen {
    /// The screen for what is known; the room is none while it cannot be looked at.
    pub(super) fn of(
        status: EventStatus,
        room: Option<&RoomDocument>,
        place: Option<&PlaceDocument>,
        now: OffsetDateTime,
    ) -> Self {
        if status != EventStatus::Published {
            return Self::Closed;
        }
        let Some(room) = room else { return Self::Away };
        let in_grace = place.and_then(|place| place.grace_from).is_some_and(|from| from <= now);
        match place.map(|place| (place.state, place.number)) {
            Some((PlaceState::Offered, _)) if room.phase != RoomPhase::Closed => {
                if in_grace {
                    Self::Still
                } else {
                    Self::Turn
                }
            }
            Some((PlaceState::Shopping, _)) => Self::Shopping,
            _ if room.phase == RoomPhase::Closed => Self::Closed,
            Some((PlaceState::Over, _)) => Self::Over,
            Some((PlaceState::Waiting, None)) => Self::Lobby,
            Some((PlaceState::Waiting, Some(_))) => Self::Line,
            _ if room.phase == RoomPhase::Scheduled => Self::Soon,
            _ => Self::Join,
        }
    }

    /// Its name in template and script.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Soon => "soon",
            Self::Join => "join",
            Self::Lobby => "lobby",
            Self::Line => "line",
            Self::Turn => "turn",
            Self::Still => "still",
            Self::Shopping => "shopping",
            Self::Over => "over",
            Self::Closed => "closed",
            Self::Away => "away",
        }
    }
}
