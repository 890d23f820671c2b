//! The names of the Redis keys. All keys of one event carry its id as hash tag, so that one atomic function may
//! touch them on a Redis Cluster.
//!
//! | key | type | holds |
//! |---|---|---|
//! | `room` | hash | the waiting room: phase, cap, rate, cursor, counts (see the waiting room's scripts) |
//! | `who` | hash | identity of a joiner → its place |
//! | `confirmed`, `left`, `released`, `claimed` | bitmap by ordinal | places the broker has confirmed; that left; that came in; that took up their offer |
//! | `building` | string with TTL | who builds the room again |
//! | `leases` | sorted set | ordinal → expiry, Unix ms: live offers and passes |
//! | `admissions` | sorted set | one member a release, by its time: the last 60 s |
//! | `held-to` | string with TTL | places a minute that the room lets in while more would be too many to be served |
//! | `log` | list | releases and lease ends not yet written to PostgreSQL |
//! | `view` | string | two bits a seat: the live view |
//! | `version` | integer | version of the view, grows with each change |
//! | `fence` | integer | the last fence given to a hold |
//! | `seat:<i>` | string with TTL | the lock of a seat: `<hold id>` |
//! | `area:<i>` | sorted set | holds on a standing area, `<hold id>:<quantity>` → expiry, Unix ms |
//! | `stock` | hash | `available` seats; `area:<i>:capacity`, `area:<i>:sold`, `area:<i>:held` |
//! | `hold:<id>` | hash with TTL | a hold: its fan, seats, fence, deadline (see the scripts of `locks`) |
//! | `proof:<nonce>` | string with TTL | a proof of work that was redeemed |
//! | `due` | sorted set | hold id → deadline, Unix ms: what the sweeper looks at |
//! | `person` | hash | user id → tickets bought |
//! | `holder:<user>` | sorted set | `<hold id>:<quantity>` → expiry, Unix ms |
//! | `lease-holds` | hash | ordinal of a lease → its hold |
//! | `applied` | set | sales and returns the view has seen |
//! | `pending` | list | sales and returns decided while the view was missing |
//! | `waiting-list` | integer | there while people wait for what returns |
//! | `listed`, `listed-areas` | set, hash | seats and places kept for the waiting list |
//! | `building-view` | string with TTL | who builds the view |

use std::fmt::Display;

use crate::domain::{AreaIndex, EventId, HoldId, SeatIndex};

/// Names the keys of one event.
#[derive(Clone, Debug)]
pub struct EventKeys {
    base: String,
}

macro_rules! names {
    ($($(#[$doc:meta])* $method:ident => $name:literal,)*) => {
        impl EventKeys {$(
            $(#[$doc])*
            #[must_use]
            pub fn $method(&self) -> String {
                self.named($name)
            }
        )*}
    };
}

names! {
    /// Hash: the waiting room.
    room => "room",
    /// Hash: identity → place.
    who => "who",
    /// Bitmap by ordinal: confirmed by the broker.
    confirmed => "confirmed",
    /// Bitmap by ordinal: left.
    left => "left",
    /// Bitmap by ordinal: came in.
    released => "released",
    /// Bitmap by ordinal: took up their offer.
    claimed => "claimed",
    /// String: who builds the room.
    building => "building",
    /// Sorted set: ordinal → lease expiry, Unix ms.
    leases => "leases",
    /// Sorted set: releases of the last 60 s.
    admissions => "admissions",
    /// String: what the room holds itself to, places a minute.
    held_to => "held-to",
    /// List: what is still to be written to PostgreSQL.
    log => "log",
    /// String: two bits a seat.
    view => "view",
    /// Integer: version of the view.
    version => "version",
    /// Integer: the last fence.
    fence => "fence",
    /// Hash: what is still to be had.
    stock => "stock",
    /// Sorted set: hold id → deadline.
    due => "due",
    /// Hash: user → tickets bought.
    person => "person",
    /// String: token of whoever builds the view.
    building_view => "building-view",
    /// Channel: changes of seats (see `contracts::live`).
    seats_channel => "live:seats",
    /// Channel: the line, once a second (see `contracts::live`).
    line_channel => "live:line",
}

impl EventKeys {
    /// The keys of `event` below `prefix`.
    #[must_use]
    pub fn new(prefix: &str, event: EventId) -> Self {
        Self { base: format!("{prefix}:{{{event}}}") }
    }

    /// The lock of one seat.
    #[must_use]
    pub fn seat(&self, seat: SeatIndex) -> String {
        self.named(format_args!("seat:{seat}"))
    }

    /// The holds on one area.
    #[must_use]
    pub fn area(&self, area: AreaIndex) -> String {
        self.named(format_args!("area:{area}"))
    }

    /// One hold.
    #[must_use]
    pub fn hold(&self, hold: HoldId) -> String {
        self.named(format_args!("hold:{hold}"))
    }

    /// A proof that was redeemed.
    #[must_use]
    pub fn proof(&self, nonce: &str) -> String {
        self.named(format_args!("proof:{nonce}"))
    }

    /// What becomes `person` when the build of `token` is installed.
    #[must_use]
    pub fn build_person(&self, token: &str) -> String {
        self.named(format_args!("build:{token}:person"))
    }

    /// What becomes `applied` when the build of `token` is installed.
    #[must_use]
    pub fn build_applied(&self, token: &str) -> String {
        self.named(format_args!("build:{token}:applied"))
    }

    /// What every key of the event begins with, for scripts that name keys themselves.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    fn named(&self, name: impl Display) -> String {
        format!("{}:{name}", self.base)
    }
}
