//! Places that joined a waiting room together: one durable message for a whole group.

use serde::{Deserialize, Serialize};

use crate::domain::{EventId, MessageId, PlaceId};

/// A group of places, numbered by Redis, on its way into the lobby or the line of its event. Several messages may
/// name the same place (a join that was repeated because its confirm was lost); the ordinal tells. Two places with
/// one ordinal can only come from before and after a loss of Redis's memory: the higher epoch is right. A group
/// without places is the releaser's own mark: who is delivered it is the one that releases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacesJoined {
    /// Id of the message.
    pub id: MessageId,
    /// Version of this contract, 1.
    pub version: u16,
    /// The event.
    pub event_id: EventId,
    /// Counts how often the room was made in Redis; the one that numbered these places.
    #[serde(default)]
    pub epoch: u64,
    /// The places, in the order of their ordinals.
    pub places: Vec<JoinedPlace>,
}

/// One place of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinedPlace {
    /// The place.
    pub place_id: PlaceId,
    /// Order of joining in the event, from 0; never given twice.
    pub ordinal: u64,
    /// Keyed hash of who joined (account or device), 16 bytes as hex: enough to find the place again after Redis
    /// was lost, no personal data.
    pub who: String,
    /// When, by Redis's clock, Unix ms.
    pub joined_at_ms: i64,
}
