//! Taking the standing wishes of accounts over for the places they join, behind the door: joining itself asks no
//! database.

use std::time::Duration;

use shared::{domain::UserId, tokens::PlaceClaims};
use sqlx::PgPool;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::store::{self, JoinedPlace};

/// Places that may wait to be looked at.
const WAITING: usize = 50_000;
/// Places looked at by one statement.
const GROUP: usize = 1_000;
/// How long places are collected.
const COLLECT: Duration = Duration::from_millis(50);
/// Wait after PostgreSQL did not answer.
const PAUSE: Duration = Duration::from_secs(1);

/// Looks up what accounts want for the places they join.
#[derive(Clone, Debug)]
pub struct StandingWishes {
    joined: mpsc::Sender<JoinedPlace>,
}

impl StandingWishes {
    /// Starts the task behind it, which ends at `shutdown`.
    #[must_use]
    pub fn start(pool: PgPool, shutdown: CancellationToken) -> Self {
        let (joined, waiting) = mpsc::channel(WAITING);
        tokio::spawn(async move {
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = take_over(pool, waiting) => {}
            }
        });
        Self { joined }
    }

    /// Notes that an account has a place. Never waits: of more than can be looked at some are not told.
    pub fn joined(&self, user: UserId, place: &PlaceClaims) {
        let joined = JoinedPlace { place: place.sub, event: place.event, ordinal: place.ordinal, user };
        if self.joined.try_send(joined).is_err() {
            tracing::warn!(place = %place.sub, "turn notices: too many at once, the account's wish is passed over");
        }
    }
}

async fn take_over(pool: PgPool, mut waiting: mpsc::Receiver<JoinedPlace>) {
    let mut group = Vec::with_capacity(GROUP);
    while waiting.recv_many(&mut group, GROUP).await > 0 {
        while let Err(error) = store::take_over(&pool, &group).await {
            tracing::warn!(%error, "turn notices: cannot read what accounts want");
            tokio::time::sleep(PAUSE).await;
        }
        group.clear();
        tokio::time::sleep(COLLECT).await;
    }
}
