//! What is asked of the locks and what they answer.

use crate::{
    contracts::{ProcessBooking, process_booking::Admission},
    domain::{AreaIndex, EventId, HoldId, SeatIndex, UserId},
};

/// A wish to lock seats and places for one fan.
#[derive(Clone, Debug)]
pub struct HoldRequest {
    /// Made by the caller; repeating a request with the same id gives the same hold.
    pub hold_id: HoldId,
    /// The event.
    pub event_id: EventId,
    /// For whom.
    pub user_id: UserId,
    /// Which seats, each once.
    pub seats: Vec<SeatIndex>,
    /// How many places in which areas, each area once.
    pub areas: Vec<(AreaIndex, u32)>,
    /// Most tickets one person may hold and have bought of this event.
    pub limit: u32,
    /// For how long.
    pub ttl_ms: u64,
    /// Ordinal of the lease it stands on; none for direct demand.
    pub lease: Option<u64>,
}

/// What became of a [`HoldRequest`]: everything is locked, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoldOutcome {
    /// Locked until the deadline.
    Held {
        /// Larger than that of every earlier hold of the event.
        fence: i64,
        /// Unix ms by Redis's clock.
        deadline_ms: i64,
    },
    /// These seats are gone.
    Taken {
        /// The gone ones among the asked.
        seats: Vec<SeatIndex>,
    },
    /// An area has not so many places left.
    AreaFull {
        /// The area.
        area: AreaIndex,
        /// Places left in it.
        left: u32,
    },
    /// It would be more than one person may have.
    LimitReached {
        /// Tickets held or bought already.
        has: u32,
    },
    /// The lease has ended.
    LeaseOver,
    /// The lease has a living hold already: one hold per pass.
    HoldExists {
        /// That hold.
        hold_id: HoldId,
    },
}

/// A living hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its id.
    pub hold_id: HoldId,
    /// Its event.
    pub event_id: EventId,
    /// Whose it is.
    pub user_id: UserId,
    /// Its seats.
    pub seats: Vec<SeatIndex>,
    /// Its places in areas.
    pub areas: Vec<(AreaIndex, u32)>,
    /// Its fence.
    pub fence: i64,
    /// Until when, Unix ms by Redis's clock.
    pub deadline_ms: i64,
    /// Whether checkout has extended it.
    pub extended: bool,
    /// Whether a booking was accepted for it.
    pub pinned: bool,
    /// Ordinal of the lease it stands on.
    pub lease: Option<u64>,
}

/// What became of giving a hold back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Released {
    /// Its seats are free.
    Done,
    /// A booking was accepted for it; it cannot be given back any more.
    Pinned,
    /// There is no such living hold of this user.
    Gone,
}

/// What became of moving a deadline away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extended {
    /// Moved.
    Done {
        /// The new one, Unix ms.
        deadline_ms: i64,
    },
    /// It was extended or pinned before; nothing changed.
    Already {
        /// As it is, Unix ms.
        deadline_ms: i64,
    },
    /// There is no such living hold of this user.
    Gone,
}

/// A booking's claim to what it was made from; carries everything, so that it can be judged after Redis was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The event.
    pub event_id: EventId,
    /// The hold.
    pub hold_id: HoldId,
    /// Whose.
    pub user_id: UserId,
    /// The hold's fence.
    pub fence: i64,
    /// Ordinal of the lease that ends with the sale.
    pub lease: Option<u64>,
    /// Its seats.
    pub seats: Vec<SeatIndex>,
    /// Its places in areas.
    pub areas: Vec<(AreaIndex, u32)>,
}

/// What became of a [`Claim`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// The hold was there; it cannot expire while the booking is committed.
    Owned,
    /// It had expired, or Redis was lost; nobody took the seats, and they are its own again.
    Regained,
    /// Somebody else has some of it.
    Lost,
}

/// What is still to be had of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stock {
    /// Numbered seats that are available.
    pub seats: u64,
    /// Standing areas, by rising index.
    pub areas: Vec<AreaStock>,
}

/// The places of one area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AreaStock {
    /// The area.
    pub area: AreaIndex,
    /// How many may stand there.
    pub capacity: u32,
    /// Sold.
    pub sold: u32,
    /// Held by fans who have not paid yet.
    pub held: u32,
}

impl AreaStock {
    /// Places still available.
    #[must_use]
    pub fn available(&self) -> u32 {
        self.capacity.saturating_sub(self.sold).saturating_sub(self.held)
    }
}

impl Stock {
    /// Seats and standing places still available.
    #[must_use]
    pub fn available(&self) -> u64 {
        self.seats + self.areas.iter().map(|area| u64::from(area.available())).sum::<u64>()
    }
}

impl From<&ProcessBooking> for Claim {
    fn from(booking: &ProcessBooking) -> Self {
        let mut seats = Vec::new();
        let mut areas = std::collections::BTreeMap::new();
        for item in &booking.items {
            match item.what {
                Admission::Seat(seat) => seats.push(seat),
                Admission::Area(area) => *areas.entry(area).or_insert(0) += 1,
            }
        }
        Self {
            event_id: booking.event_id,
            hold_id: booking.hold_id,
            user_id: booking.user_id,
            fence: booking.fence,
            lease: booking.place_ordinal,
            seats,
            areas: areas.into_iter().collect(),
        }
    }
}

impl From<&Hold> for Claim {
    fn from(hold: &Hold) -> Self {
        Self {
            event_id: hold.event_id,
            hold_id: hold.hold_id,
            user_id: hold.user_id,
            fence: hold.fence,
            lease: hold.lease,
            seats: hold.seats.clone(),
            areas: hold.areas.clone(),
        }
    }
}
