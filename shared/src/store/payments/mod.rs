//! Payments: one row a checkout, from before any money moves until it is settled.
//!
//! `pending → authorized → captured → refunded`; `pending`, `authorized → voided`; `pending → failed`. Every
//! statement that moves a payment names the states it may come from, so the API, the workers and their
//! reconcilers may race.

mod settled;

use sqlx::{PgPool, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    contracts::{ProcessBooking, process_booking::BookingItem},
    domain::{BookingId, Currency, EventId, HoldId, Money, PaymentId, PaymentStatus, UserId},
    payments::{Charge, ChargeReference},
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
}

impl Payment {
    /// The reservation, for the gateway.
    #[must_use]
    pub fn charge(&self) -> Charge {
        Charge { payment_id: self.id, reference: self.reference.clone() }
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
        })
    }
}

/// Writes a new payment, unless its hold has one already; the stored one either way.
///
/// # Errors
/// When PostgreSQL is away or event or user do not exist.
pub async fn open(pool: &PgPool, new: &NewPayment) -> Result<Payment, sqlx::Error> {
    let amount_minor: i64 = new.items.iter().map(|item| item.price_minor).sum();
    sqlx::query!(
        "INSERT INTO payments
             (id, booking_id, hold_id, fence, event_id, user_id, gateway, amount_minor, currency, items)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (hold_id) DO NOTHING",
        new.id.0,
        new.booking_id.0,
        new.hold_id.0,
        new.fence,
        new.event_id.0,
        new.user_id.0,
        new.gateway,
        amount_minor,
        new.currency.as_str(),
        Json(&new.items) as _,
    )
    .execute(pool)
    .await?;
    by_hold(pool, new.hold_id).await?.ok_or(sqlx::Error::RowNotFound)
}

/// The payment of a hold.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn by_hold(pool: &PgPool, hold: HoldId) -> Result<Option<Payment>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, booking_id, hold_id, fence, event_id, user_id, status AS "status: PaymentStatus",
                  gateway_reference, amount_minor, currency, attempts, failure,
                  items AS "items: Json<Vec<BookingItem>>", command AS "command: Json<ProcessBooking>",
                  created_at, accepted_at
           FROM payments WHERE hold_id = $1"#,
        hold.0,
    )
    .fetch_optional(pool)
    .await?;
    row.map(Payment::try_from).transpose()
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
        Some(hold) => by_hold(pool, HoldId(hold)).await,
        None => Ok(None),
    }
}

/// Writes down that the gateway is about to be asked, so that nobody gives the payment up meanwhile. False: it
/// is no longer pending, or this is not its attempt.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn begin_attempt(pool: &PgPool, id: PaymentId, attempt: i32) -> Result<bool, sqlx::Error> {
    let begun = sqlx::query!(
        "UPDATE payments SET updated_at = now() WHERE id = $1 AND attempts = $2 AND status = 'pending'",
        id.0,
        attempt,
    )
    .execute(pool)
    .await?;
    Ok(begun.rows_affected() == 1)
}

/// Writes down a decline; the next attempt has a key of its own. After [`MOST_DECLINES`] the payment has failed.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn declined(pool: &PgPool, id: PaymentId, attempt: i32, reason: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE payments SET attempts = attempts + 1, failure = $3, updated_at = now(),
             status = CASE WHEN attempts + 1 >= $4 THEN 'failed' ELSE status END
         WHERE id = $1 AND attempts = $2 AND status = 'pending'",
        id.0,
        attempt,
        reason,
        MOST_DECLINES,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Writes down a reservation. False: the payment was given up meanwhile, and the reservation is marked to be let
/// go of.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn authorized(
    pool: &PgPool,
    id: PaymentId,
    reference: &ChargeReference,
) -> Result<bool, sqlx::Error> {
    let status = sqlx::query_scalar!(
        r#"UPDATE payments SET
             status = CASE WHEN status = 'pending' THEN 'authorized' ELSE status END,
             gateway_reference = $2, failure = NULL, updated_at = now(),
             to_void = status IN ('voided', 'failed')
           WHERE id = $1 RETURNING status AS "status: PaymentStatus""#,
        id.0,
        reference.0,
    )
    .fetch_one(pool)
    .await?;
    Ok(!matches!(status, PaymentStatus::Voided | PaymentStatus::Failed))
}

/// Writes the command down before it is published. False: the payment is no longer authorised.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn command_made(pool: &PgPool, command: &ProcessBooking) -> Result<bool, sqlx::Error> {
    let made = sqlx::query!(
        "UPDATE payments SET command = $2, updated_at = now() WHERE id = $1 AND status = 'authorized'",
        command.payment_id.0,
        Json(command) as _,
    )
    .execute(pool)
    .await?;
    Ok(made.rows_affected() == 1)
}

/// Marks the booking accepted.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn accepted(pool: &PgPool, id: PaymentId, at: OffsetDateTime) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE payments SET accepted_at = COALESCE(accepted_at, $2) WHERE id = $1", id.0, at)
        .execute(pool)
        .await?;
    Ok(())
}
