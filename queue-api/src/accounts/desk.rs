//! What many ask of accounts at the same time: at an opening every fan becomes a guest, tells a name and an address, and is
//! looked up. Each of these is one statement for all who ask for it.

use std::sync::Arc;

use shared::{
    domain::UserId,
    store::{Together, together},
};
use sqlx::PgPool;

use super::{
    auth::guests::{self, NewGuest},
    store::{self, Change, UserRow},
};

/// Why a step failed, for all who were at it.
type Failure = Arc<sqlx::Error>;

/// One desk a process.
pub struct Desk {
    guests: Together<NewGuest, UserRow>,
    rows: Together<UserId, Option<UserRow>>,
    changes: Together<(UserId, Change), Option<UserRow>>,
}

impl Desk {
    /// Over one database.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn new(pool: &PgPool) -> Self {
        Self {
            guests: together(pool, |pool, guests| Box::pin(guests::insert(pool, guests))),
            rows: together(pool, |pool, ids| Box::pin(store::users_by_ids(pool, ids))),
            changes: together(pool, |pool, changes| Box::pin(store::change(pool, changes))),
        }
    }

    /// Makes a guest, with its first login.
    pub(super) async fn make(&self, guest: NewGuest) -> Result<UserRow, Failure> {
        self.guests.ask(guest).await
    }

    /// An account; none: it is gone.
    pub(super) async fn row(&self, id: UserId) -> Result<Option<UserRow>, Failure> {
        self.rows.ask(id).await
    }

    /// Changes an account; as it is then.
    pub(super) async fn change(&self, id: UserId, change: Change) -> Result<Option<UserRow>, Failure> {
        self.changes.ask((id, change)).await
    }
}
