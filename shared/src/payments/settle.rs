//! Tells the gateway what was decided and writes down what it did. Each function may be repeated and may run
//! beside itself: the gateway answers the same, and a row moves only from the state it must come from.

use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::PgPool;

use super::{Charge, GatewayError, PaymentGateway};
use crate::{domain::PaymentId, store};

/// A gateway that answers later than this is asked again by the reconciler.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// What became of charges that were to be settled.
#[derive(Debug, Default)]
pub struct Settled {
    /// Done and written down.
    pub done: Vec<PaymentId>,
    /// The gateway gave no answer: the reconciler asks again.
    pub unknown: Vec<PaymentId>,
    /// The gateway refused for good.
    pub refused: Vec<PaymentId>,
}

/// Takes the money of confirmed bookings.
///
/// # Errors
/// When PostgreSQL is away; the gateway may have done it, so do it again.
pub async fn capture(
    pool: &PgPool,
    gateway: &dyn PaymentGateway,
    charges: &[Charge],
) -> Result<Settled, sqlx::Error> {
    if charges.is_empty() {
        return Ok(Settled::default());
    }
    let settled = ask("capture", charges, gateway.capture(charges)).await;
    store::payments::mark_captured(pool, &settled.done).await?;
    Ok(settled)
}

/// Lets go of the money of bookings that were not made.
///
/// # Errors
/// When PostgreSQL is away; the gateway may have done it, so do it again.
pub async fn void(
    pool: &PgPool,
    gateway: &dyn PaymentGateway,
    charges: &[Charge],
) -> Result<Settled, sqlx::Error> {
    if charges.is_empty() {
        return Ok(Settled::default());
    }
    let settled = ask("void", charges, gateway.void(charges)).await;
    store::payments::mark_voided(pool, &settled.done).await?;
    Ok(settled)
}

/// Gives back the money of cancelled bookings, and marks them refunded.
///
/// # Errors
/// When PostgreSQL is away; the gateway may have done it, so do it again.
pub async fn refund(
    pool: &PgPool,
    gateway: &dyn PaymentGateway,
    charges: &[Charge],
) -> Result<Settled, sqlx::Error> {
    if charges.is_empty() {
        return Ok(Settled::default());
    }
    let settled = ask("refund", charges, gateway.refund(charges)).await;
    store::payments::mark_refunded(pool, &settled.done).await?;
    Ok(settled)
}

/// Waits for the gateway's answers and sorts them.
async fn ask(
    what: &'static str,
    charges: &[Charge],
    asked: BoxFuture<'_, Vec<Result<(), GatewayError>>>,
) -> Settled {
    let late = || charges.iter().map(|_| Err(GatewayError::Unknown("no answer in time".into()))).collect();
    let results = tokio::time::timeout(ANSWER_TIMEOUT, asked).await.unwrap_or_else(|_| late());
    let mut settled = Settled::default();
    for (charge, result) in charges.iter().zip(results) {
        match result {
            Ok(()) => settled.done.push(charge.payment_id),
            Err(error) => {
                tracing::warn!(%error, payment = %charge.payment_id, what, "payments: not settled");
                let list = if error.retryable() { &mut settled.unknown } else { &mut settled.refused };
                list.push(charge.payment_id);
            }
        }
    }
    settled
}
