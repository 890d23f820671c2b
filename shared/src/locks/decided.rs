//! Bookings meet their holds: claimed before they are committed, settled after.

use futures_util::future::try_join_all;

use super::{
    Claim, Claimed, Holds, LockError,
    acts::Act,
    scripts::{areas_text, seats_text},
};
use crate::domain::{AreaIndex, EventId, HoldId, SeatIndex, UserId};

/// For how long a claimed hold cannot expire: far longer than a batch takes to commit.
const CLAIM_TTL_MS: u64 = 10 * 60 * 1_000;

impl Holds {
    /// Makes sure, all in a few round trips, that the seats of each booking are still its own. A claim may be
    /// repeated.
    ///
    /// # Errors
    /// When Redis is away, or a view is missing and cannot be rebuilt. Some claims may have been made then.
    pub async fn claim(&self, claims: &[Claim]) -> Result<Vec<Claimed>, LockError> {
        try_join_all(claims.iter().map(|claim| self.claim_one(claim))).await
    }

    async fn claim_one(&self, claim: &Claim) -> Result<Claimed, LockError> {
        let reply = self.act_on_view(claim.event_id, Act::Claim, claim_args(claim)).await?;
        match reply.join(" ").as_str() {
            "owned" => Ok(Claimed::Owned),
            "regained" => Ok(Claimed::Regained),
            "lost" => Ok(Claimed::Lost),
            other => Err(LockError::reply(other)),
        }
    }

    /// Shows as sold what was committed; the leases end. May be repeated, but only after the commit.
    ///
    /// # Errors
    /// When Redis is away; some may have been settled.
    pub async fn settle_sold(&self, claims: &[Claim]) -> Result<(), LockError> {
        try_join_all(claims.iter().map(|claim| self.settle("sold", claim))).await.map(|_| ())
    }

    /// Gives back what was rejected; the leases go on, so that the fan may pick again. May be repeated.
    ///
    /// # Errors
    /// When Redis is away; some may have been settled.
    pub async fn settle_rejected(&self, claims: &[Claim]) -> Result<(), LockError> {
        try_join_all(claims.iter().map(|claim| self.settle("rejected", claim))).await.map(|_| ())
    }

    /// Puts on sale again what a confirmed booking had and was cancelled, after that was committed. The hold the
    /// booking was made from makes repetition harmless.
    ///
    /// # Errors
    /// When Redis is away.
    pub async fn return_seats(
        &self,
        event_id: EventId,
        hold_id: HoldId,
        user_id: UserId,
        seats: &[SeatIndex],
        areas: &[(AreaIndex, u32)],
    ) -> Result<(), LockError> {
        let (seats, areas) = (seats.to_vec(), areas.to_vec());
        let claim = Claim { event_id, hold_id, user_id, fence: 0, lease: None, seats, areas };
        self.settle("returned", &claim).await
    }

    async fn settle(&self, outcome: &str, claim: &Claim) -> Result<(), LockError> {
        let args = vec![
            outcome.to_owned(),
            claim.hold_id.to_string(),
            claim.user_id.to_string(),
            seats_text(&claim.seats),
            areas_text(&claim.areas),
            lease_text(claim.lease),
        ];
        self.act(claim.event_id, Act::Settle, args).await.map(|_| ())
    }
}

/// The arguments of the claim script.
pub(super) fn claim_args(claim: &Claim) -> Vec<String> {
    vec![
        claim.hold_id.to_string(),
        claim.user_id.to_string(),
        seats_text(&claim.seats),
        areas_text(&claim.areas),
        claim.fence.to_string(),
        lease_text(claim.lease),
        CLAIM_TTL_MS.to_string(),
    ]
}

fn lease_text(lease: Option<u64>) -> String {
    lease.map_or_else(String::new, |ordinal| ordinal.to_string())
}
