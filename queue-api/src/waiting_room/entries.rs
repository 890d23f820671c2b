//! The entries of a room's log, as the scripts write them.

use std::sync::Arc;

use shared::domain::{LaneIndex, PlaceId, waiting_room::LeaseEnd};

/// One entry of the log, as `release.lua` describes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A place came in.
    Release(Admission),
    /// An offer was taken up.
    Claim {
        /// When, Unix ms.
        at_ms: i64,
        /// The place.
        ordinal: u64,
    },
    /// A lease ended.
    End {
        /// When, Unix ms.
        at_ms: i64,
        /// The place.
        ordinal: u64,
        /// Why.
        outcome: LeaseEnd,
    },
    /// A place left before its turn.
    Leave {
        /// When, Unix ms.
        at_ms: i64,
        /// Which.
        ordinal: u64,
        /// The place.
        place: PlaceId,
    },
    /// A place whose join was never confirmed was passed over.
    Forfeit {
        /// When, Unix ms.
        at_ms: i64,
        /// Which.
        ordinal: u64,
    },
    /// Ordinals of a lane that stay nobody's.
    Gap(Gap),
}

/// Ordinals of a lane that stay nobody's: the line had passed their slots before anybody joined for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// When, Unix ms.
    pub at_ms: i64,
    /// The lane.
    pub lane: LaneIndex,
    /// The first, as the order of joining the lane.
    pub from: u64,
    /// The one behind the last.
    pub to: u64,
}

/// A place that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// When, Unix ms.
    pub at_ms: i64,
    /// Its number.
    pub number: u64,
    /// Its ordinal.
    pub ordinal: u64,
    /// The place.
    pub place: PlaceId,
    /// Who joined.
    pub who: Arc<str>,
    /// Beyond the rate, by an operator.
    pub extra: bool,
}

impl Entry {
    /// Reads an entry; `None` when it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let (kind, at_ms) = (words.next()?, words.next()?.parse().ok()?);
        match kind {
            "release" => Some(Self::Release(Admission {
                at_ms,
                number: words.next()?.parse().ok()?,
                ordinal: words.next()?.parse().ok()?,
                place: words.next()?.parse().ok()?,
                who: words.next()?.into(),
                extra: words.next()? == "1",
            })),
            "claim" => Some(Self::Claim { at_ms, ordinal: words.next()?.parse().ok()? }),
            "end" => {
                let ordinal = words.next()?.parse().ok()?;
                Some(Self::End { at_ms, ordinal, outcome: LeaseEnd::parse(words.next()?)? })
            }
            "leave" => {
                let ordinal = words.next()?.parse().ok()?;
                Some(Self::Leave { at_ms, ordinal, place: words.next()?.parse().ok()? })
            }
            "forfeit" => Some(Self::Forfeit { at_ms, ordinal: words.next()?.parse().ok()? }),
            "gap" => Some(Self::Gap(Gap {
                at_ms,
                lane: words.next()?.parse().ok()?,
                from: words.next()?.parse().ok()?,
                to: words.next()?.parse().ok()?,
            })),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_as_the_scripts_write_them() {
        let place = PlaceId::new();
        let release = Entry::parse(&format!("release 5 1 2 {place} abc 1")).unwrap();
        let admission = Admission { at_ms: 5, number: 1, ordinal: 2, place, who: "abc".into(), extra: true };
        assert_eq!(release, Entry::Release(admission));
        assert_eq!(Entry::parse("claim 5 2"), Some(Entry::Claim { at_ms: 5, ordinal: 2 }));
        let end = Entry::End { at_ms: 5, ordinal: 2, outcome: LeaseEnd::GivenBack };
        assert_eq!(Entry::parse("end 5 2 given_back"), Some(end));
        let leave = Entry::Leave { at_ms: 5, ordinal: 2, place };
        assert_eq!(Entry::parse(&format!("leave 5 2 {place}")), Some(leave));
        assert_eq!(Entry::parse(&format!("leave five 2 {place}")), None);
        assert_eq!(Entry::parse("forfeit 5 2"), Some(Entry::Forfeit { at_ms: 5, ordinal: 2 }));
        let gap = Entry::Gap(Gap { at_ms: 5, lane: 1, from: 2, to: 4 });
        assert_eq!(Entry::parse("gap 5 1 2 4"), Some(gap));
    }
}
