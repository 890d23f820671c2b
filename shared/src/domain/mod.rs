//! Onsale's words as types. Nothing here knows a network, a store or a broker.

pub mod best_available;
pub mod draw;
pub mod ids;
pub mod lanes;
pub mod money;
pub mod seat_map;
pub mod seat_states;
pub mod states;
pub mod waiting_list;
pub mod waiting_room;

pub use draw::{Draw, Seed};
pub use ids::{
    BookingId, CheckInId, EntryId, EventId, HoldId, MessageId, OfferId, PaymentId, PlaceId, TicketId, UserId,
};
pub use lanes::{Lane, LaneEntry, LaneIndex, Lanes, PerLane};
pub use money::{Currency, Money};
pub use seat_map::{Area, SeatMap, SeatMapDocument, SeatRef};
pub use seat_states::SeatStates;
pub use states::{
    AppealStatus, BookingStatus, Category, ChangeOutcome, Demand, EntryStatus, EventStatus, HeldBackReason,
    Locale, NotificationStatus, PaymentStatus, RejectionReason, Role, RoomPhase, SeatState, TicketStatus,
    WaitingAccess,
};

/// The index of a seat in its map, 0..n-1, stable for the life of the map.
pub type SeatIndex = u32;
/// The index of a standing area in its map.
pub type AreaIndex = u16;
/// The index of a price tier in its event.
pub type TierIndex = u16;
