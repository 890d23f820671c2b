//! Making sure of the money: at the end it is reserved, once, whatever was retried.

use http::StatusCode;
use shared::{
    domain::PaymentStatus,
    payments::{Authorization, ChargeReference, GatewayError, PaymentMethod, authorize},
    store::payments::{self, Attempt, Payment},
};

use crate::{app::App, problem::Problem};

/// Reserves the money of a payment, unless that was done before; the reservation, when it was made just now.
///
/// # Errors
/// 402 when the card was declined, 410 when the payment is over, 503 when the gateway does not answer: the same
/// request again finds what it did.
pub(super) async fn reserve(
    app: &App,
    payment: &Payment,
    method: &PaymentMethod,
) -> Result<Option<ChargeReference>, Problem> {
    match payment.status {
        PaymentStatus::Pending => {}
        PaymentStatus::Authorized | PaymentStatus::Captured => return Ok(None),
        PaymentStatus::Refunded | PaymentStatus::Voided | PaymentStatus::Failed => return Err(over()),
    }
    if !app.till.begin(Attempt { payment: payment.id, number: payment.attempts }).await? {
        // Another request for the same hold was quicker; the client's next look shows what came of it.
        return Err(Problem::conflict("request-under-way", "This hold is being paid.").retry_after(1));
    }
    let authorization = Authorization {
        payment_id: payment.id,
        attempt: payment.attempts,
        amount: payment.amount,
        method: method.clone(),
    };
    match authorize(app.processor.gateway(), &authorization).await {
        Ok(reference) => Ok(Some(reference)),
        Err(GatewayError::Declined(decline)) => {
            payments::declined(&app.pool, payment.id, payment.attempts, decline.as_str()).await?;
            Err(declined(decline.as_str()))
        }
        Err(GatewayError::Unknown(error)) => {
            tracing::warn!(error, payment = %payment.id, "the gateway gave no answer");
            Err(Problem::unavailable(2))
        }
        Err(GatewayError::Permanent(error)) => {
            tracing::error!(error, payment = %payment.id, "the gateway refused for good");
            Err(over())
        }
    }
}

/// Writes down a reservation that no booking follows, so that it is let go of.
///
/// # Errors
/// When PostgreSQL is away; whoever gives the payment up asks the gateway then.
pub(super) async fn keep_reserved(
    app: &App,
    payment: &Payment,
    reference: Option<&ChargeReference>,
) -> Result<(), Problem> {
    if let Some(reference) = reference {
        payments::authorized(&app.pool, payment.id, reference).await?;
    }
    Ok(())
}

fn declined(reason: &str) -> Problem {
    let detail = "The card was declined. Your seats are still held; another card may work.";
    Problem::new(StatusCode::PAYMENT_REQUIRED, "payment-declined", "Card declined", detail)
        .with("reason", reason)
}

pub(super) fn over() -> Problem {
    Problem::gone("payment-over", "This payment was given up. Nothing was charged; please start again.")
}
