//! Using a code. A use belongs to whoever joined with it first; joining again with it is no second one.

use std::{net::IpAddr, time::Duration};

use rand::RngExt as _;
use shared::domain::EventId;

use super::{code, store};
use crate::{
    app::App,
    problem::Problem,
    robots,
    waiting_room::{access::Refusal, who::Joiner},
};

/// Statements at once: a word that very many use is one row, so more of them would only hold connections.
pub const REDEEMED_AT_ONCE: usize = 8;
/// Nobody waits longer for that.
const MOST_WAIT: Duration = Duration::from_secs(5);

/// A code that was redeemed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redeemed {
    /// The lane of the line that it opens; none: the one for everybody.
    pub lane: Option<i16>,
}

/// What became of the attempt to use a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// It is bound to this joiner, now or before.
    Good(Redeemed),
    /// There is none such, or it was withdrawn.
    Unknown,
    /// It was used up, as far as the statement saw.
    Used,
}

/// Redeems a code for a joiner.
///
/// # Errors
/// 503 when very many do so at once or PostgreSQL is away, 429 for those who guess; inside: why the code is refused.
pub(crate) async fn redeem(
    app: &App,
    event: EventId,
    joiner: &Joiner,
    typed: &str,
    address: IpAddr,
) -> Result<Result<Redeemed, Refusal>, Problem> {
    let slot = tokio::time::timeout(MOST_WAIT, app.code_slots.acquire()).await;
    // Not all at the same time.
    let Ok(Ok(_slot)) = slot else { return Err(Problem::unavailable(rand::rng().random_range(2..=6))) };
    robots::admit_to_guess(app, event, joiner, address).await?;
    let attempt = match code::read(typed) {
        Some(code) => attempt(app, event, &code, &joiner.who).await?,
        None => Attempt::Unknown,
    };
    Ok(match attempt {
        Attempt::Good(redeemed) => Ok(redeemed),
        Attempt::Used => Err(Refusal::CodeUsed),
        Attempt::Unknown => {
            robots::guessed_wrong(app, event, joiner, address);
            Err(Refusal::CodeUnknown)
        }
    })
}

/// One statement; a second one where the same joiner may have used the code a moment before, in another tab.
async fn attempt(app: &App, event: EventId, code: &str, who: &str) -> sqlx::Result<Attempt> {
    match store::redeem(&app.pool, event, code, who).await {
        Ok(Attempt::Used) => {}
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {}
        done => return done,
    }
    store::redeem(&app.pool, event, code, who).await
}
