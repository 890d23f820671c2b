//! The till: what every purchase writes down about its payment. Many buy at the same time, so each step is one statement
//! for all who are at it.

use std::sync::Arc;

use shared::{
    domain::HoldId,
    store::{
        Together,
        payments::{self, Accepted, Attempt, Made, NewPayment, Payment},
        together,
    },
};
use sqlx::PgPool;

/// Why a step failed, for all who were at it.
type Failure = Arc<sqlx::Error>;

/// One till a process.
pub struct Till {
    openings: Together<NewPayment, Payment>,
    lookups: Together<HoldId, Option<Payment>>,
    attempts: Together<Attempt, bool>,
    commands: Together<Made, bool>,
    acceptances: Together<Accepted, ()>,
}

impl Till {
    /// Over one database.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn new(pool: &PgPool) -> Self {
        Self {
            openings: together(pool, |pool, new| Box::pin(payments::open(pool, new))),
            lookups: together(pool, |pool, holds| Box::pin(payments::by_holds(pool, holds))),
            attempts: together(pool, |pool, attempts| Box::pin(payments::begin_attempts(pool, attempts))),
            commands: together(pool, |pool, made| Box::pin(payments::commands_made(pool, made))),
            acceptances: together(pool, |pool, accepted| {
                Box::pin(async move {
                    payments::accepted(pool, accepted).await?;
                    Ok(vec![(); accepted.len()])
                })
            }),
        }
    }

    /// See [`payments::open`].
    pub(crate) async fn open(&self, new: NewPayment) -> Result<Payment, Failure> {
        self.openings.ask(new).await
    }

    /// The payment of a hold; none: it was not checked out.
    pub(crate) async fn find(&self, hold: HoldId) -> Result<Option<Payment>, Failure> {
        self.lookups.ask(hold).await
    }

    /// See [`payments::begin_attempts`].
    pub(crate) async fn begin(&self, attempt: Attempt) -> Result<bool, Failure> {
        self.attempts.ask(attempt).await
    }

    /// See [`payments::commands_made`].
    pub(crate) async fn made(&self, made: Made) -> Result<bool, Failure> {
        self.commands.ask(made).await
    }

    /// See [`payments::accepted`].
    pub(crate) async fn accept(&self, accepted: Accepted) -> Result<(), Failure> {
        self.acceptances.ask(accepted).await
    }
}
