//! Payments: one row a checkout, from before any money moves until it is settled.
//!
//! `pending → authorized → captured → refunded`; `pending`, `authorized → voided`; `pending → failed`. Every
//! statement that moves a payment names the states it may come from, so the API, the workers and their
//! reconcilers may race. What happens at every purchase is done for many at once; rows are locked in the order of
//! their ids.

mod moves;
mod settled;

use std::collections::HashMap;

use sqlx::{PgPool, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    contracts::{ProcessBooking, process_booking::BookingItem},
    domain::{BookingId, Currency, EventId, HoldId, MessageId, Money, PaymentId, PaymentStatus, UserId},
    payments::{Charge, ChargeReference},
};

pub use moves::{
    Accepted, Attempt, Made, accepted, authorized, begin_attempts, commands_made, declined, open,
};
pub use settled::{mark_captured, mark_refunded, mark_voided};

/// After so many declines no further card is taken for the same payment.
pub const MOST_DECLINES: i32 = 10;

/// What a checkout writes down.
#[derive(Clone, Debug)]
pub struct NewPayment {
    /// The payment.
    pub id: PaymentId,
    /// The id the booking will have.
    pub booking_id: BookingId,
    /// The hold that is paid for.
    pub hold_id: HoldId,
    /// Its fence.
    pub fence: i64,
    /// The event.
    pub event_id: EventId,
    /// Who pays.
    pub user_id: UserId,
    /// Name of the gateway.
    pub gateway: &'static str,
    /// What is paid for, one entry a ticket.
    pub items: Vec<BookingItem>,
    /// Currency of all prices.
    pub currency: Currency,
}

/// A payment as stored.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// The id the booking has or will have.
    pub booking_id: BookingId,
    /// The hold that is paid for.
    pub hold_id: HoldId,
    /// Its fence.
    pub fence: i64,
    /// The event.
    pub event_id: EventId,
    /// Who pays.
    pub user_id: UserId,
    /// Where it stands.
    pub status: PaymentStatus,
    /// The gateway's name of the reservation.
    pub reference: Option<ChargeReference>,
    /// The price.
    pub amount: Money,
    /// Number of the attempt at the gateway; grows with each decline.
    pub attempts: i32,
    /// Why the last card was declined.
    pub failure: Option<String>,
    /// What is paid for.
    pub items: Vec<BookingItem>,
    /// The command as it was published.
    pub command: Option<ProcessBooking>,
    /// When the checkout began.
    pub created_at: OffsetDateTime,
    /// When the booking was accepted.
    pub accepted_at: Option<OffsetDateTime>,
    /// Whether the payer has told a name.
    pub payer_named: bool,
    /// Whether the payer has told an address for mails.
    pub payer_reachable: bool,
}

impl Payment {
    /// The reservation, for the gateway.
    #[must_use]
    pub fn charge(&self) -> Charge {
        Charge { payment_id: self.id, reference: self.reference.clone() }
    }

    /// The command that books what is paid: the one that was written down before, else a new one, accepted `now` as exactly
    /// as that is stored.
    #[must_use]
    pub fn to_command(
        &self,
        place_ordinal: Option<u64>,
        tickets_per_person: u32,
        now: OffsetDateTime,
    ) -> ProcessBooking {
        self.command.clone().unwrap_or_else(|| ProcessBooking {
            id: MessageId::new(),
            version: 1,
            booking_id: self.booking_id,
            event_id: self.event_id,
            user_id: self.user_id,
            payment_id: self.id,
            hold_id: self.hold_id,
            fence: self.fence,
            place_ordinal,
            items: self.items.clone(),
            currency: self.amount.currency,
            tickets_per_person,
            accepted_at: now.truncate_to_microsecond(),
        })
    }
}

struct Row {
    id: Uuid,
    booking_id: Uuid,
    hold_id: Uuid,
    fence: i64,
    event_id: Uuid,
    user_id: Uuid,
    status: PaymentStatus,
    gateway_reference: Option<String>,
    amount_minor: i64,
    currency: String,
    attempts: i32,
    failure: Option<String>,
    items: Json<Vec<BookingItem>>,
    command: Option<Json<ProcessBooking>>,
    created_at: OffsetDateTime,
    accepted_at: Option<OffsetDateTime>,
    payer_named: bool,
    payer_reachable: bool,
}

impl TryFrom<Row> for Payment {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let currency: Currency =
            row.currency.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        Ok(Self {
            id: PaymentId(row.id),
            booking_id: BookingId(row.booking_id),
            hold_id: HoldId(row.hold_id),
            fence: row.fence,
            event_id: EventId(row.event_id),
            user_id: UserId(row.user_id),
            status: row.status,
            reference: row.gateway_reference.map(ChargeReference),
            amount: Money::new(row.amount_minor, currency),
            attempts: row.attempts,
            failure: row.failure,
            items: row.items.0,
            command: row.command.map(|command| command.0),
            created_at: row.created_at,
            accepted_at: row.accepted_at,
            payer_named: row.payer_named,
            payer_reachable: row.payer_reachable,
        })
    }
}

/// The payments of holds, each where its hold stands; none: the hold was not checked out.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn by_holds(pool: &PgPool, holds: &[HoldId]) -> Result<Vec<Option<Payment>>, sqlx::Error> {
    let ids: Vec<Uuid> = holds.iter().map(|hold| hold.0).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT p.id, p.booking_id, p.hold_id, p.fence, p.event_id, p.user_id,
                  p.status AS "status: PaymentStatus", p.gateway_reference, p.amount_minor, p.currency,
                  p.attempts, p.failure, p.items AS "items: Json<Vec<BookingItem>>",
                  p.command AS "command: Json<ProcessBooking>", p.created_at, p.accepted_at,
                  u.name IS NOT NULL AS "payer_named!", u.email IS NOT NULL AS "payer_reachable!"
           FROM payments p JOIN users u ON u.id = p.user_id WHERE p.hold_id = ANY($1)"#,
        &ids,
    )
    .fetch_all(pool)
    .await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        let payment = Payment::try_from(row)?;
        found.insert(payment.hold_id, payment);
    }
    // The same hold may be asked for twice.
    Ok(holds.iter().map(|hold| found.get(hold).cloned()).collect())
}

/// The payment of a booking to be.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn by_booking(pool: &PgPool, booking: BookingId) -> Result<Option<Payment>, sqlx::Error> {
    let hold = sqlx::query_scalar!("SELECT hold_id FROM payments WHERE booking_id = $1", booking.0)
        .fetch_optional(pool)
        .await?;
    match hold {
        Some(hold) => Ok(by_holds(pool, &[HoldId(hold)]).await?.pop().flatten()),
        None => Ok(None),
    }
}
