//! Money, behind one small trait: [`PaymentGateway`]. A booking is authorised before it is accepted, captured
//! after it is committed, voided when it is rejected, refunded when it is cancelled. Every call may be repeated:
//! the gateway gives the same answer and moves no money twice.
//!
//! [`settle`] tells the gateway what was decided and writes down what the gateway did; [`sandbox`] is the gateway
//! for development, rehearsals and tests.

pub mod sandbox;
pub mod settle;

use std::{fmt, time::Duration};

use futures_util::future::BoxFuture;
use serde::Deserialize;

use crate::domain::{Money, PaymentId};

/// How often an authorisation whose answer was lost is asked for again.
const AUTHORIZE_TRIES: usize = 4;
/// The wait before the second try; it doubles.
const AUTHORIZE_WAIT: Duration = Duration::from_millis(100);

/// What a fan pays with.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PaymentMethod {
    /// A test card of the sandbox gateway.
    SandboxCard {
        /// Its number, see the list of test cards.
        #[schema(example = "4242424242424242")]
        number: String,
    },
}

/// Shows the kind only: a card number never reaches a log.
impl fmt::Debug for PaymentMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SandboxCard { .. } => f.write_str("SandboxCard"),
        }
    }
}

/// A wish to reserve an amount. The key is payment and attempt: repeating it never reserves twice.
#[derive(Clone, Debug)]
pub struct Authorization {
    /// The payment.
    pub payment_id: PaymentId,
    /// Number of the attempt; grows after each decline, so that another card may follow.
    pub attempt: i32,
    /// What to reserve.
    pub amount: Money,
    /// From where.
    pub method: PaymentMethod,
}

impl Authorization {
    /// The idempotency key at the gateway.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}:{}", self.payment_id, self.attempt)
    }
}

/// The gateway's own name of a reservation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChargeReference(pub String);

/// A reservation of one payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// The payment.
    pub payment_id: PaymentId,
    /// The reservation; none: its answer was lost, so whatever the gateway reserved for this payment is meant.
    pub reference: Option<ChargeReference>,
}

/// Why a gateway refused a card, in stable words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decline {
    /// The bank says no without a reason.
    CardDeclined,
    /// Not enough money.
    InsufficientFunds,
    /// Not a card this gateway knows.
    UnknownCard,
}

impl Decline {
    /// The stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CardDeclined => "card_declined",
            Self::InsufficientFunds => "insufficient_funds",
            Self::UnknownCard => "unknown_card",
        }
    }
}

/// Why a gateway did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The card was refused; another may do.
    #[error("the card was declined: {}", .0.as_str())]
    Declined(Decline),
    /// No answer, or one that says nothing: it may have happened. Ask again, the same.
    #[error("the payment gateway gave no answer: {0}")]
    Unknown(String),
    /// It can never be done, e.g. capturing what was let go.
    #[error("the payment gateway refused for good: {0}")]
    Permanent(String),
}

impl GatewayError {
    /// Whether asking again may help.
    #[must_use]
    pub fn retryable(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::Declined(_) | Self::Permanent(_) => false,
        }
    }
}

/// An outside party that moves money. Calls on many charges answer one result each, in order.
pub trait PaymentGateway: Send + Sync {
    /// Stored with each payment.
    fn name(&self) -> &'static str;

    /// Reserves an amount; the same key reserves once.
    fn authorize<'a>(
        &'a self,
        authorization: &'a Authorization,
    ) -> BoxFuture<'a, Result<ChargeReference, GatewayError>>;

    /// Takes what was reserved.
    fn capture<'a>(&'a self, charges: &'a [Charge]) -> BoxFuture<'a, Vec<Result<(), GatewayError>>>;

    /// Lets go of what was reserved; done too when nothing ever was.
    fn void<'a>(&'a self, charges: &'a [Charge]) -> BoxFuture<'a, Vec<Result<(), GatewayError>>>;

    /// Gives back all that was taken.
    fn refund<'a>(&'a self, charges: &'a [Charge]) -> BoxFuture<'a, Vec<Result<(), GatewayError>>>;
}

/// Authorises, and asks again a few times under the same key where the answer was lost.
///
/// # Errors
/// [`GatewayError::Unknown`] when the gateway still gave no answer.
pub async fn authorize(
    gateway: &dyn PaymentGateway,
    authorization: &Authorization,
) -> Result<ChargeReference, GatewayError> {
    use backon::Retryable as _;
    let waits = backon::ExponentialBuilder::default()
        .with_min_delay(AUTHORIZE_WAIT)
        .with_max_times(AUTHORIZE_TRIES - 1)
        .with_jitter();
    (|| gateway.authorize(authorization)).retry(waits).when(GatewayError::retryable).await
}
