//! Codes are not found by trying: whoever tries many that do not exist is held back for a while. Codes that exist do
//! not count, so a crowd of invited fans behind one address is not disturbed.

use std::net::IpAddr;

use serde_json::json;
use shared::domain::{EventId, HeldBackReason};

use super::{
    address::Block,
    appeals::{Offence, hold_back},
    state::GUESSES_MS,
};
use crate::{app::App, problem::Problem, waiting_room::who::Joiner};

/// Who tried too many comes again after this, seconds: by then some have faded out.
const RETRY_AFTER_S: u32 = 60;

/// Lets a joiner try a code.
///
/// # Errors
/// 429 `held-back` for a device or an account, `too-many-requests` for an address block.
pub(crate) async fn admit_to_guess(
    app: &App,
    event: EventId,
    joiner: &Joiner,
    address: IpAddr,
) -> Result<(), Problem> {
    let (config, now_ms) = (&app.config.robots, app.clock.now_ms());
    let own = app.robots.guesses.of(&(event, joiner.who.clone()), now_ms);
    let of_block = app.robots.block_guesses.of(&(event, Block::of(address)), now_ms);
    if own < config.code_guesses && of_block < config.block_code_guesses {
        return Ok(());
    }
    if app.robots.rules(event).await?.let_in.contains(&*joiner.who) {
        return Ok(());
    }
    if own < config.code_guesses {
        let detail = "Many codes that do not exist were tried from your network. Please wait a little.";
        return Err(Problem::too_many(detail, RETRY_AFTER_S));
    }
    let facts = json!({ "seen": own, "limit": config.code_guesses, "seconds": GUESSES_MS / 1_000 });
    let reason = HeldBackReason::GuessedOften;
    Err(hold_back(app, event, &joiner.who, &Offence { reason, facts, retry_after_s: RETRY_AFTER_S }).await)
}

/// Counts a code that does not exist.
pub(crate) fn guessed_wrong(app: &App, event: EventId, joiner: &Joiner, address: IpAddr) {
    let now_ms = app.clock.now_ms();
    app.robots.guesses.count(&(event, joiner.who.clone()), now_ms);
    app.robots.block_guesses.count(&(event, Block::of(address)), now_ms);
}
