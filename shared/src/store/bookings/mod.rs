//! Bookings: deciding them ([`commit`]) and withdrawing them ([`cancel`]).
//!
//! `processing` is an accepted payment without a row here. A decision is one transaction: booking, tickets, the
//! person's count, the areas' stock and the outbox together or not at all. PostgreSQL's constraints decide who
//! gets what: the unique index on event and seat of live tickets, the check on the stock of an area, the check on
//! a person's count.

pub mod cancel;
mod commit;
mod find;
mod insert;
mod plan;
mod screen;

pub use commit::commit;
pub use find::{Booking, find, mail, tickets_of};
pub use plan::{Standing, standings};

use crate::{
    contracts::ProcessBooking,
    domain::{BookingId, BookingStatus, PaymentStatus, RejectionReason},
    payments::Charge,
};

/// A command to decide.
#[derive(Clone, Copy, Debug)]
pub struct Command<'a> {
    /// What is wanted.
    pub booking: &'a ProcessBooking,
    /// Known beforehand: it is to be rejected, for this reason.
    pub refused: Option<RejectionReason>,
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The booking is decided, now or earlier.
    Decided(Decided),
    /// No booking can come of it: a dead letter. Says why.
    Invalid(&'static str),
}

/// A decided booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The booking.
    pub booking_id: BookingId,
    /// Where it stands.
    pub status: BookingStatus,
    /// Why it was rejected.
    pub reason: Option<RejectionReason>,
    /// Whether this very call decided it.
    pub fresh: bool,
    /// Where its payment stood.
    pub payment: PaymentStatus,
    /// The reservation, for the gateway.
    pub charge: Charge,
}
