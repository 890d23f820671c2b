//! A payment on its way from the checkout to an accepted booking.

use std::collections::HashSet;

use sqlx::{PgPool, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{MOST_DECLINES, NewPayment, Payment, by_holds};
use crate::{
    contracts::{ProcessBooking, process_booking::BookingItem},
    domain::{PaymentId, PaymentStatus},
    payments::ChargeReference,
};

/// The gateway is about to be asked.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// For this payment.
    pub payment: PaymentId,
    /// For the so many-th time.
    pub number: i32,
}

/// A command that is about to be published.
#[derive(Clone, Debug)]
pub struct Made {
    /// The command.
    pub command: ProcessBooking,
    /// The reservation, when it was made just now.
    pub reference: Option<ChargeReference>,
}

/// A booking that the client may be told of.
#[derive(Clone, Copy, Debug)]
pub struct Accepted {
    /// Its payment.
    pub payment: PaymentId,
    /// Since when.
    pub at: OffsetDateTime,
}

/// Writes new payments, except where a hold has one already; the stored ones either way, in order.
///
/// # Errors
/// When PostgreSQL is away or one's event or user does not exist.
pub async fn open(pool: &PgPool, new: &[NewPayment]) -> Result<Vec<Payment>, sqlx::Error> {
    let column = |of: fn(&NewPayment) -> Uuid| new.iter().map(of).collect::<Vec<_>>();
    let fences: Vec<i64> = new.iter().map(|payment| payment.fence).collect();
    let gateways: Vec<&str> = new.iter().map(|payment| payment.gateway).collect();
    let amounts: Vec<i64> =
        new.iter().map(|payment| payment.items.iter().map(|item| item.price_minor).sum()).collect();
    let currencies: Vec<&str> = new.iter().map(|payment| payment.currency.as_str()).collect();
    let items: Vec<Json<&[BookingItem]>> = new.iter().map(|payment| Json(&*payment.items)).collect();
    sqlx::query!(
        "INSERT INTO payments
             (id, booking_id, hold_id, event_id, user_id, fence, gateway, amount_minor, currency, items)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[],
                              $7::text[], $8::bigint[], $9::text[], $10::jsonb[])
         ON CONFLICT (hold_id) DO NOTHING",
        &column(|payment| payment.id.0),
        &column(|payment| payment.booking_id.0),
        &column(|payment| payment.hold_id.0),
        &column(|payment| payment.event_id.0),
        &column(|payment| payment.user_id.0),
        &fences,
        &gateways as _,
        &amounts,
        &currencies as _,
        &items as _,
    )
    .execute(pool)
    .await?;
    let holds: Vec<_> = new.iter().map(|payment| payment.hold_id).collect();
    let stored = by_holds(pool, &holds).await?;
    stored.into_iter().map(|payment| payment.ok_or(sqlx::Error::RowNotFound)).collect()
}

/// Writes down that the gateway is about to be asked, so that nobody gives the payments up meanwhile, and whoever
/// does later asks the gateway too. False: it is no longer pending, or this is not its attempt.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn begin_attempts(pool: &PgPool, attempts: &[Attempt]) -> Result<Vec<bool>, sqlx::Error> {
    let ids: Vec<Uuid> = attempts.iter().map(|attempt| attempt.payment.0).collect();
    let numbers: Vec<i32> = attempts.iter().map(|attempt| attempt.number).collect();
    let begun = sqlx::query_scalar!(
        "WITH mine AS (
             SELECT p.id, a.number FROM payments p
             JOIN UNNEST($1::uuid[], $2::integer[]) AS a (id, number) ON a.id = p.id AND a.number = p.attempts
             WHERE p.status = 'pending' ORDER BY p.id FOR UPDATE OF p
         )
         UPDATE payments p SET updated_at = now() FROM mine WHERE p.id = mine.id
         RETURNING p.id",
        &ids,
        &numbers,
    )
    .fetch_all(pool)
    .await?;
    Ok(those_of(&ids, begun))
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

/// Writes down a reservation that no command follows. False: the payment was given up meanwhile, and the reservation
/// is marked to be let go of.
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

/// Writes commands down before they are published, each with the reservation it rests on. False: there is none, or
/// the payment is over.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn commands_made(pool: &PgPool, made: &[Made]) -> Result<Vec<bool>, sqlx::Error> {
    let ids: Vec<Uuid> = made.iter().map(|made| made.command.payment_id.0).collect();
    let commands: Vec<Json<&ProcessBooking>> = made.iter().map(|made| Json(&made.command)).collect();
    let references: Vec<Option<&str>> =
        made.iter().map(|made| made.reference.as_ref().map(|reference| reference.0.as_str())).collect();
    let written = sqlx::query_scalar!(
        "WITH mine AS (
             SELECT p.id, m.command, COALESCE(m.reference, p.gateway_reference) AS reference FROM payments p
             JOIN UNNEST($1::uuid[], $2::jsonb[], $3::text[]) AS m (id, command, reference) ON m.id = p.id
             WHERE p.status = 'authorized' OR p.status = 'pending' AND m.reference IS NOT NULL
             ORDER BY p.id FOR UPDATE OF p
         )
         UPDATE payments p SET status = 'authorized', gateway_reference = mine.reference, failure = NULL,
             command = mine.command, updated_at = now()
         FROM mine WHERE p.id = mine.id
         RETURNING p.id",
        &ids,
        &commands as _,
        &references as _,
    )
    .fetch_all(pool)
    .await?;
    Ok(those_of(&ids, written))
}

/// Marks bookings accepted.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn accepted(pool: &PgPool, accepted: &[Accepted]) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = accepted.iter().map(|accepted| accepted.payment.0).collect();
    let times: Vec<OffsetDateTime> = accepted.iter().map(|accepted| accepted.at).collect();
    sqlx::query!(
        "WITH mine AS (
             SELECT p.id, a.at FROM payments p
             JOIN UNNEST($1::uuid[], $2::timestamptz[]) AS a (id, at) ON a.id = p.id
             WHERE p.accepted_at IS NULL ORDER BY p.id FOR UPDATE OF p
         )
         UPDATE payments p SET accepted_at = mine.at FROM mine WHERE p.id = mine.id",
        &ids,
        &times,
    )
    .execute(pool)
    .await?;
    Ok(())
}

fn those_of(asked: &[Uuid], done: Vec<Uuid>) -> Vec<bool> {
    let done: HashSet<Uuid> = done.into_iter().collect();
    asked.iter().map(|id| done.contains(id)).collect()
}
