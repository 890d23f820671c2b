//! Turning accepted commands into bookings, and taking bookings back: what the workers do in batches and the API
//! does by itself where demand is direct.
//!
//! A booking is claimed (Redis), decided (PostgreSQL, one transaction), then settled: money captured or voided,
//! seats shown as sold or given back. Only the decision counts; whatever a crash leaves undone after it is done by
//! the next delivery of the command or by the reconciler. Every step may be repeated.

mod cancel;
mod decide;
mod settle;

use std::sync::Arc;

use crate::{clock::Clock, locks::Holds, locks::LockError, payments::PaymentGateway};
use sqlx::PgPool;

/// What processing needs. Cheap to clone.
#[derive(Clone)]
pub struct Processor {
    pool: PgPool,
    holds: Holds,
    gateway: Arc<dyn PaymentGateway>,
    clock: Clock,
}

/// Why processing could not be done. Doing it again is always safe.
#[derive(Debug, thiserror::Error)]
pub enum ProcessingError {
    /// PostgreSQL failed.
    #[error("PostgreSQL failed")]
    Store(#[from] sqlx::Error),
    /// The locks failed.
    #[error("the locks failed")]
    Locks(#[from] LockError),
}

impl ProcessingError {
    /// Whether waiting may help: an engine is away. If not, the command itself is at fault.
    #[must_use]
    pub fn transient(&self) -> bool {
        match self {
            Self::Store(error) => crate::store::transient(error),
            Self::Locks(LockError::NoSeatMap(_) | LockError::Reply(_)) => false,
            Self::Locks(LockError::Database(error)) => crate::store::transient(error),
            Self::Locks(LockError::Redis(_) | LockError::Rebuilding(_)) => true,
        }
    }
}

impl Processor {
    /// Over one database, one set of locks and one gateway.
    #[must_use]
    pub fn new(pool: PgPool, holds: Holds, gateway: Arc<dyn PaymentGateway>, clock: Clock) -> Self {
        Self { pool, holds, gateway, clock }
    }

    /// The database.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// The locks.
    #[must_use]
    pub fn holds(&self) -> &Holds {
        &self.holds
    }

    /// The gateway.
    #[must_use]
    pub fn gateway(&self) -> &dyn PaymentGateway {
        self.gateway.as_ref()
    }

    /// The time.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }
}
