//! What happened in a room, in order: the record that becomes durable.

use crate::domain::LaneIndex;

/// How a lease ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaseEnd {
    /// Declined before it was claimed.
    Left,
    /// Not claimed in its window, or its time ran out.
    Expired,
    /// Given back by the fan.
    GivenBack,
    /// Used up by a booking.
    Finished,
}

impl LeaseEnd {
    /// The word as stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Expired => "expired",
            Self::GivenBack => "given_back",
            Self::Finished => "finished",
        }
    }

    /// From the word as stored.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Left, Self::Expired, Self::GivenBack, Self::Finished]
            .into_iter()
            .find(|end| end.as_str() == word)
    }
}

/// One thing that happened. Times are Unix ms by the room's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogEntry {
    /// A place was admitted.
    Release {
        /// When.
        at_ms: i64,
        /// Its number.
        number: u64,
        /// Its ordinal.
        ordinal: u64,
        /// Beyond the rate, by an operator's "admit n now".
        extra: bool,
    },
    /// An offer was claimed.
    Claim {
        /// When.
        at_ms: i64,
        /// The place.
        ordinal: u64,
    },
    /// A lease ended.
    End {
        /// When.
        at_ms: i64,
        /// The place.
        ordinal: u64,
        /// Why.
        outcome: LeaseEnd,
    },
    /// A place left before its turn.
    Leave {
        /// When.
        at_ms: i64,
        /// The place.
        ordinal: u64,
    },
    /// A place whose join was never confirmed was passed over.
    Forfeit {
        /// When.
        at_ms: i64,
        /// The place.
        ordinal: u64,
    },
    /// Ordinals of a lane that stay nobody's: their slots were passed over before anybody joined for them.
    Gap {
        /// When.
        at_ms: i64,
        /// The lane.
        lane: LaneIndex,
        /// The first of them, as the order of joining the lane.
        from: u64,
        /// The one behind the last.
        to: u64,
    },
}
