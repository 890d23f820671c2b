//! Typed identifiers. Every id is a UUIDv7: sortable by creation time, so inserts stay at the right edge of
//! their B-tree.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type,
            utoipa::ToSchema,
        )]
        #[serde(transparent)]
        #[sqlx(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id, later than every id this process made before.
            #[must_use]
            #[expect(clippy::new_without_default, reason = "two defaults would differ")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// An account.
    UserId;
    /// One performance with one seat map and one opening time.
    EventId;
    /// A house of an organiser, with its seat map.
    VenueId;
    /// A fan's entry in a waiting room.
    PlaceId;
    /// Seats locked for one fan until a deadline.
    HoldId;
    /// Seats and money of one fan for one event.
    BookingId;
    /// One admission.
    TicketId;
    /// The money side of one booking.
    PaymentId;
    /// What one person wants of an event that is sold out.
    EntryId;
    /// Returned seats held for one person of a waiting list.
    OfferId;
    /// One scan at a door; made by the scanner, so that a repeated upload counts once.
    CheckInId;
    /// One message on the wire; consumers drop the second one with the same id.
    MessageId;
}
