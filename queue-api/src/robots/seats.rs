//! In front of choosing seats and of paying: limits for each account, and a look at the speed.

use std::sync::Arc;

use ::http::HeaderMap;
use serde_json::json;
use shared::domain::{EventId, HeldBackReason, HoldId, UserId};

use super::{
    appeals::{Offence, hold_back},
    door::refuse_often,
    state::Attempt,
};
use crate::{app::App, problem::Problem, waiting_room::who::joiner};

/// Lets an account choose seats; `in_since_ms` is when it came in from the waiting room, where there is one.
///
/// # Errors
/// 429 `held-back`, 503 when an engine is away.
pub(crate) async fn admit_to_hold(
    app: &App,
    event: EventId,
    user: UserId,
    headers: &HeaderMap,
    in_since_ms: Option<i64>,
) -> Result<(), Problem> {
    let guard = Guard::new(app, event, user, headers);
    guard.refuse_often(Attempt::Hold, HeldBackReason::HeldOften).await?;
    let least_ms = app.config.robots.least_choosing_ms;
    guard.refuse_fast(in_since_ms, least_ms, HeldBackReason::HeldFast).await
}

/// Lets an account go to the checkout.
///
/// # Errors
/// See [`admit_to_hold`].
pub(crate) async fn admit_to_checkout(
    app: &App,
    event: EventId,
    user: UserId,
    headers: &HeaderMap,
) -> Result<(), Problem> {
    Guard::new(app, event, user, headers).refuse_often(Attempt::Checkout, HeldBackReason::PaidOften).await
}

/// Lets an account pay for a hold.
///
/// # Errors
/// See [`admit_to_hold`].
pub(crate) async fn admit_to_pay(
    app: &App,
    event: EventId,
    user: UserId,
    headers: &HeaderMap,
    hold: HoldId,
) -> Result<(), Problem> {
    let held_at_ms = hold.0.get_timestamp().and_then(|time| {
        let (seconds, nanos) = time.to_unix();
        i64::try_from(seconds * 1_000 + u64::from(nanos) / 1_000_000).ok()
    });
    let least_ms = app.config.robots.least_paying_ms;
    Guard::new(app, event, user, headers).refuse_fast(held_at_ms, least_ms, HeldBackReason::PaidFast).await
}

struct Guard<'a> {
    app: &'a App,
    event: EventId,
    who: Arc<str>,
}

impl<'a> Guard<'a> {
    fn new(app: &'a App, event: EventId, user: UserId, headers: &HeaderMap) -> Self {
        Self { app, event, who: joiner(&app.tokens, event, Some(user), headers).who }
    }

    async fn refuse_often(&self, attempt: Attempt, reason: HeldBackReason) -> Result<(), Problem> {
        refuse_often(self.app, self.event, &self.who, (attempt, reason)).await
    }

    async fn refuse_fast(
        &self,
        since_ms: Option<i64>,
        least_ms: u32,
        reason: HeldBackReason,
    ) -> Result<(), Problem> {
        let Some(since_ms) = since_ms.filter(|_| least_ms > 0) else { return Ok(()) };
        // Clocks of two processes may differ a little; what seems to come before its cause is no robot.
        let took_ms = self.app.clock.now_ms() - since_ms;
        if took_ms < 0 || took_ms >= i64::from(least_ms) {
            return Ok(());
        }
        let facts = json!({ "took_ms": took_ms, "least_ms": least_ms });
        let retry_after_s = least_ms.div_ceil(1_000);
        self.hold_back(Offence { reason, facts, retry_after_s }).await
    }

    /// Holds back all but those the organiser let in.
    async fn hold_back(&self, offence: Offence) -> Result<(), Problem> {
        if self.app.robots.rules(self.event).await?.let_in.contains(&*self.who) {
            return Ok(());
        }
        Err(hold_back(self.app, self.event, &self.who, &offence).await)
    }
}
