//! The sandbox gateway: an outside party played on a ledger of its own (schema `sandbox_gateway`). It shares a
//! database server with Onsale, never a table or a transaction.

pub mod cards;

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use futures_util::future::BoxFuture;
use sqlx::PgPool;
use uuid::Uuid;

use super::{Authorization, Charge, ChargeReference, GatewayError, PaymentGateway, PaymentMethod};
use crate::{
    domain::{Money, PaymentId},
    store::{Together, together},
};
use cards::Card;

/// How long the slow card takes.
const SLOW_AUTHORIZATION: Duration = Duration::from_secs(2);
/// How long the answer to a capture of the slow-capture card takes.
const SLOW_CAPTURE: Duration = Duration::from_secs(3);

/// The gateway for development, rehearsals and tests.
pub struct SandboxGateway {
    ledger: PgPool,
    reservations: Together<Entered, bool>,
}

/// A charge as it is first entered.
struct Entered {
    reference: Uuid,
    key: String,
    payment_id: PaymentId,
    amount: Money,
    card: &'static str,
    status: &'static str,
}

/// What the ledger says of one charge after a call.
struct Entry {
    reference: Uuid,
    status: String,
}

impl SandboxGateway {
    /// The gateway over its ledger.
    #[must_use]
    pub fn new(ledger: PgPool) -> Self {
        let reservations = together(&ledger, |ledger, charges| Box::pin(enter(ledger, charges)));
        Self { ledger, reservations }
    }

    async fn reserve(&self, wish: &Authorization) -> Result<ChargeReference, GatewayError> {
        let PaymentMethod::SandboxCard { number } = &wish.method;
        let card = Card::from_number(number);
        if card == Card::Slow {
            tokio::time::sleep(SLOW_AUTHORIZATION).await;
        }
        let status = if matches!(card, Card::Declined(_)) { "declined" } else { "authorized" };
        let reference = Uuid::now_v7();
        let charge = Entered {
            reference,
            key: wish.key(),
            payment_id: wish.payment_id,
            amount: wish.amount,
            card: card.name(),
            status,
        };
        match self.reservations.ask(charge).await.map_err(unknown)? {
            true if card == Card::LostAnswer => Err(GatewayError::Unknown("the answer was lost".into())),
            true => answer(reference, card, status),
            false => self.repeat(wish).await,
        }
    }

    /// The answer that the first call with this key had.
    async fn repeat(&self, wish: &Authorization) -> Result<ChargeReference, GatewayError> {
        let charge = sqlx::query!(
            "SELECT reference, card, status, amount_minor FROM sandbox_gateway.charges
             WHERE idempotency_key = $1",
            wish.key(),
        )
        .fetch_one(&self.ledger)
        .await
        .map_err(unknown)?;
        if charge.amount_minor != wish.amount.amount_minor {
            return Err(GatewayError::Permanent("the key was used for another amount".into()));
        }
        answer(charge.reference, Card::from_name(&charge.card), &charge.status)
    }

    async fn take(&self, charges: &[Charge]) -> Result<Vec<Entry>, sqlx::Error> {
        let references = references(charges);
        let taken = sqlx::query_scalar!(
            "WITH mine AS (
                 SELECT reference FROM sandbox_gateway.charges
                 WHERE reference = ANY($1) AND status = 'authorized' ORDER BY reference FOR UPDATE
             )
             UPDATE sandbox_gateway.charges c SET status = 'captured', captured_minor = amount_minor
             FROM mine WHERE c.reference = mine.reference
             RETURNING c.card",
            &references,
        )
        .fetch_all(&self.ledger)
        .await?;
        if taken.iter().any(|card| Card::from_name(card) == Card::SlowCapture) {
            tokio::time::sleep(SLOW_CAPTURE).await;
        }
        self.entries(&references).await
    }

    async fn give_back(&self, charges: &[Charge]) -> Result<Vec<Entry>, sqlx::Error> {
        let references = references(charges);
        sqlx::query!(
            "WITH mine AS (
                 SELECT reference FROM sandbox_gateway.charges
                 WHERE reference = ANY($1) AND status = 'captured' ORDER BY reference FOR UPDATE
             )
             UPDATE sandbox_gateway.charges c SET status = 'refunded', refunded_minor = captured_minor
             FROM mine WHERE c.reference = mine.reference",
            &references,
        )
        .execute(&self.ledger)
        .await?;
        self.entries(&references).await
    }

    /// Lets go of every reservation of these payments, and says which of them have something that was taken.
    async fn let_go(&self, charges: &[Charge]) -> Result<Vec<Uuid>, sqlx::Error> {
        let payments: Vec<Uuid> = charges.iter().map(|charge| charge.payment_id.0).collect();
        sqlx::query!(
            "WITH mine AS (
                 SELECT reference FROM sandbox_gateway.charges
                 WHERE payment_id = ANY($1) AND status = 'authorized' ORDER BY reference FOR UPDATE
             )
             UPDATE sandbox_gateway.charges c SET status = 'voided'
             FROM mine WHERE c.reference = mine.reference",
            &payments,
        )
        .execute(&self.ledger)
        .await?;
        sqlx::query_scalar!(
            "SELECT payment_id FROM sandbox_gateway.charges
             WHERE payment_id = ANY($1) AND status IN ('captured', 'refunded')",
            &payments,
        )
        .fetch_all(&self.ledger)
        .await
    }

    async fn entries(&self, references: &[Uuid]) -> Result<Vec<Entry>, sqlx::Error> {
        sqlx::query_as!(
            Entry,
            "SELECT reference, status FROM sandbox_gateway.charges WHERE reference = ANY($1)",
            references,
        )
        .fetch_all(&self.ledger)
        .await
    }
}

impl PaymentGateway for SandboxGateway {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    fn authorize<'a>(
        &'a self,
        authorization: &'a Authorization,
    ) -> BoxFuture<'a, Result<ChargeReference, GatewayError>> {
        Box::pin(self.reserve(authorization))
    }

    fn capture<'a>(&'a self, charges: &'a [Charge]) -> BoxFuture<'a, Vec<Result<(), GatewayError>>> {
        Box::pin(async move { results(charges, self.take(charges).await, "captured") })
    }

    fn void<'a>(&'a self, charges: &'a [Charge]) -> BoxFuture<'a, Vec<Result<(), GatewayError>>> {
        Box::pin(async move {
            let taken = self.let_go(charges).await;
            let result = |charge: &Charge| match &taken {
                Ok(taken) if taken.contains(&charge.payment_id.0) => {
                    Err(GatewayError::Permanent("the charge was captured".into()))
                }
                Ok(_) => Ok(()),
                Err(error) => Err(GatewayError::Unknown(error.to_string())),
            };
            charges.iter().map(result).collect()
        })
    }

    fn refund<'a>(&'a self, charges: &'a [Charge]) -> BoxFuture<'a, Vec<Result<(), GatewayError>>> {
        Box::pin(async move { results(charges, self.give_back(charges).await, "refunded") })
    }
}

/// Enters charges; whether each is new.
async fn enter(ledger: &PgPool, charges: &[Entered]) -> Result<Vec<bool>, sqlx::Error> {
    let references: Vec<Uuid> = charges.iter().map(|charge| charge.reference).collect();
    let keys: Vec<&str> = charges.iter().map(|charge| charge.key.as_str()).collect();
    let payments: Vec<Uuid> = charges.iter().map(|charge| charge.payment_id.0).collect();
    let amounts: Vec<i64> = charges.iter().map(|charge| charge.amount.amount_minor).collect();
    let currencies: Vec<&str> = charges.iter().map(|charge| charge.amount.currency.as_str()).collect();
    let cards: Vec<&str> = charges.iter().map(|charge| charge.card).collect();
    let statuses: Vec<&str> = charges.iter().map(|charge| charge.status).collect();
    let new = sqlx::query_scalar!(
        "INSERT INTO sandbox_gateway.charges
             (reference, idempotency_key, payment_id, amount_minor, currency, card, status)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::text[], $6::text[],
                              $7::text[])
         ON CONFLICT (idempotency_key) DO NOTHING
         RETURNING reference",
        &references,
        &keys as _,
        &payments,
        &amounts,
        &currencies as _,
        &cards as _,
        &statuses as _,
    )
    .fetch_all(ledger)
    .await?;
    let new: HashSet<Uuid> = new.into_iter().collect();
    Ok(references.iter().map(|reference| new.contains(reference)).collect())
}

/// One result a charge: whether the ledger now has it in the state that was asked for.
fn results(
    charges: &[Charge],
    entries: Result<Vec<Entry>, sqlx::Error>,
    wanted: &str,
) -> Vec<Result<(), GatewayError>> {
    let entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            return charges.iter().map(|_| Err(GatewayError::Unknown(error.to_string()))).collect();
        }
    };
    let by_reference: HashMap<Uuid, &str> =
        entries.iter().map(|entry| (entry.reference, entry.status.as_str())).collect();
    let result = |charge: &Charge| match parse(charge).and_then(|reference| by_reference.get(&reference)) {
        Some(status) if *status == wanted => Ok(()),
        Some(status) => Err(GatewayError::Permanent(format!("the charge is {status}"))),
        None => Err(GatewayError::Permanent("no such charge".into())),
    };
    charges.iter().map(result).collect()
}

fn answer(reference: Uuid, card: Card, status: &str) -> Result<ChargeReference, GatewayError> {
    match (card, status) {
        (Card::Declined(reason), _) => Err(GatewayError::Declined(reason)),
        (_, "authorized" | "captured") => Ok(ChargeReference(reference.to_string())),
        (_, status) => Err(GatewayError::Permanent(format!("the charge is {status}"))),
    }
}

fn references(charges: &[Charge]) -> Vec<Uuid> {
    charges.iter().filter_map(parse).collect()
}

fn parse(charge: &Charge) -> Option<Uuid> {
    charge.reference.as_ref().and_then(|reference| reference.0.parse().ok())
}

fn unknown(error: impl std::fmt::Display) -> GatewayError {
    GatewayError::Unknown(error.to_string())
}
