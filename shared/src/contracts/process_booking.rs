//! The command that turns a hold with an authorised payment into tickets.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{
    AreaIndex, BookingId, Currency, EventId, HoldId, MessageId, PaymentId, SeatIndex, TierIndex, UserId,
};

/// Process this booking. Carries everything the decision needs, so that it can be taken even when Redis was lost;
/// processing it twice has the effect of once (the booking's id is the key).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessBooking {
    /// Id of the message.
    pub id: MessageId,
    /// Version of this contract, 1.
    pub version: u16,
    /// The id the booking will have.
    pub booking_id: BookingId,
    /// Its event.
    pub event_id: EventId,
    /// Whose it is.
    pub user_id: UserId,
    /// The authorised payment.
    pub payment_id: PaymentId,
    /// The hold it is made from.
    pub hold_id: HoldId,
    /// The hold's fence.
    pub fence: i64,
    /// Ordinal of the place in the waiting room whose lease ends with this booking; none for direct demand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_ordinal: Option<u64>,
    /// What is booked, one entry a ticket.
    pub items: Vec<BookingItem>,
    /// Currency of all prices.
    pub currency: Currency,
    /// The event's limit of tickets per person.
    pub tickets_per_person: u32,
    /// When the API accepted it.
    #[serde(with = "time::serde::rfc3339")]
    pub accepted_at: OffsetDateTime,
}

/// One ticket of a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingItem {
    /// A seat, or one place in an area.
    #[serde(flatten)]
    pub what: Admission,
    /// Price tier.
    pub tier: TierIndex,
    /// Price, minor units.
    pub price_minor: i64,
}

/// What one ticket admits to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Admission {
    /// A numbered seat.
    Seat(SeatIndex),
    /// Standing in an area.
    Area(AreaIndex),
}

impl ProcessBooking {
    /// The price of all items, minor units.
    #[must_use]
    pub fn total_minor(&self) -> i64 {
        self.items.iter().map(|item| item.price_minor).sum()
    }
}
