//! Onsale's words as types. Nothing here knows a network, a store or a broker.

pub mod draw;
pub mod ids;
pub mod lanes;
pub mod money;
pub mod states;
pub mod waiting_list;
pub mod waiting_room;

pub use ::seat_map::{
    self, Area, AreaIndex, SeatIndex, SeatMap, SeatMapDocument, SeatRef, SeatState, SeatStates, TierIndex,
    best_available, seat_states,
};
pub use draw::{Draw, Seed};
pub use ids::{
    BookingId, CheckInId, EntryId, EventId, HoldId, MessageId, OfferId, PaymentId, PlaceId, TicketId, UserId,
    VenueId,
};
pub use lanes::{Lane, LaneEntry, LaneIndex, Lanes, PerLane};
pub use money::{Currency, Money};
pub use states::{
    AppealStatus, BookingStatus, Category, ChangeOutcome, Demand, EntryStatus, EventStatus, HeldBackReason,
    Locale, NotificationStatus, PaymentStatus, RejectionReason, Role, RoomPhase, TicketStatus, WaitingAccess,
};
