//! In front of joining: the puzzle, and the limit of each device.

use std::{net::IpAddr, sync::Arc};

use ::http::{HeaderMap, StatusCode};
use fred::{
    interfaces::KeysInterface as _,
    types::{Expiration, SetOptions},
};
use serde_json::json;
use shared::domain::{EventId, HeldBackReason};

use super::{
    HARDEST, PROOF_HEADER,
    address::Block,
    appeals::{Offence, hold_back},
    challenge::{Bound, Challenge, Proof, ProofError, SlowDoor, opens_in_s, verify},
    pace::harder,
    state::{ARRIVALS_MS, Attempt},
};
use crate::{app::App, cookies, problem::Problem, waiting_room::who::Joiner};

/// Most levels that many arrivals at an event add.
const MOST_FOR_ARRIVALS: u8 = 4;
/// Most levels that many arrivals from one block add.
const MOST_FOR_BLOCK: u8 = 3;
/// The cookie of the slow door lives so long, seconds.
const SLOW_COOKIE_LIFE_S: i64 = 15 * 60;
/// Who began too much may try again after this.
const RETRY_AFTER_S: u32 = 30;

/// Lets a joiner go on; the proof that was redeemed for it, if one was needed.
///
/// # Errors
/// 403 `challenge-needed` with a puzzle, 429 `held-back`, 503 when an engine is away.
pub(crate) async fn admit_to_join(
    app: &App,
    event: EventId,
    joiner: &Joiner,
    headers: &HeaderMap,
    address: IpAddr,
) -> Result<Option<Proof>, Problem> {
    let rules = app.robots.rules(event).await?;
    if rules.let_in.contains(&*joiner.who) {
        return Ok(None);
    }
    // A device that has no token yet joins for the first time.
    if joiner.new_device.is_none() {
        refuse_often(app, event, &joiner.who, (Attempt::Join, HeldBackReason::JoinedOften)).await?;
    }
    if rules.level == 0 {
        return Ok(None);
    }
    let bound = Bound { event, who: &joiner.who };
    let now_s = app.clock.now_s();
    let checked = match shown(headers, event) {
        None => Err(None),
        Some(proof) => match verify(&app.tokens, bound, proof, now_s) {
            Ok(proof) => redeem(app, event, proof).await?.ok_or(Some(ProofError::Spent)),
            Err(error) => Err(Some(error)),
        },
    };
    match checked {
        Ok(proof) => {
            app.robots.proofs.inc();
            Ok(Some(proof))
        }
        Err(error) => Err(challenge(app, bound, rules.level, headers, address, error)),
    }
}

/// Counts one attempt of a device or account.
///
/// # Errors
/// 429 `held-back` when it was one too many, unless the organiser let them in; 503 when an engine is away.
pub(super) async fn refuse_often(
    app: &App,
    event: EventId,
    who: &Arc<str>,
    (attempt, reason): (Attempt, HeldBackReason),
) -> Result<(), Problem> {
    let limit = app.config.robots.device_attempts;
    let seen = app.robots.attempts.count(&(attempt, event, Arc::clone(who)), app.clock.now_ms());
    if seen <= limit || app.robots.rules(event).await?.let_in.contains(&**who) {
        return Ok(());
    }
    let facts = json!({ "seen": seen, "limit": limit, "seconds": 60 });
    let offence = Offence { reason, facts, retry_after_s: RETRY_AFTER_S };
    Err(hold_back(app, event, who, &offence).await)
}

/// What a request shows: in the header, or by the cookie that the slow door left.
fn shown(headers: &HeaderMap, event: EventId) -> Option<&str> {
    match headers.get(PROOF_HEADER) {
        Some(proof) => Some(proof.to_str().unwrap_or_default().trim()),
        None => cookies::value(headers, &cookies::slow_door(event)),
    }
}

/// Redeems a proof; none when it was redeemed before.
async fn redeem(app: &App, event: EventId, proof: Proof) -> Result<Option<Proof>, Problem> {
    let left_s = (proof.expires_s - app.clock.now_s()).max(1) + 1;
    let key = app.redis.event(event).proof(&proof.nonce);
    let set = app.redis.client().set::<Option<String>, _, _>(
        key,
        1,
        Some(Expiration::EX(left_s)),
        Some(SetOptions::NX),
        false,
    );
    Ok(set.await?.map(|_| proof))
}

/// Gives a proof back that brought no place, so that nobody needs to solve another puzzle for our trouble.
pub(crate) async fn give_back(app: &App, event: EventId, proof: &Proof) {
    let key = app.redis.event(event).proof(&proof.nonce);
    if let Err(error) = app.redis.client().del::<i64, _>(key).await {
        tracing::debug!(%error, "a proof cannot be given back");
    }
}

/// A puzzle as hard as things are now.
fn challenge(
    app: &App,
    bound: Bound<'_>,
    level: u8,
    headers: &HeaderMap,
    address: IpAddr,
    error: Option<ProofError>,
) -> Problem {
    let config = &app.config.robots;
    let now_ms = app.clock.now_ms();
    app.robots.challenges.inc();
    app.robots.arrivals.count(&bound.event, now_ms);
    let from_block = app.robots.blocks.count(&(bound.event, Block::of(address)), now_ms);
    let added =
        added_by_arrivals(app, bound.event) + harder(from_block, config.block_arrivals, MOST_FOR_BLOCK);
    let level = level.saturating_add(added).min(HARDEST);
    let wait_seconds = config.slow_door_seconds.saturating_mul(1 + u32::from(added));
    let now_s = now_ms.div_euclid(1_000);
    let mut challenge =
        Challenge::new(&app.tokens, bound, numbers(config.challenge_numbers, level), wait_seconds, now_s);
    let waiting = cookies::value(headers, &cookies::slow_door(bound.event));
    let waiting = waiting.and_then(|token| Some((token, opens_in_s(&app.tokens, bound, token, now_s)?)));
    let mut cookie = None;
    match waiting {
        // Asking again does not begin the wait anew.
        Some((token, left_s)) if left_s > 0 => {
            let wait_seconds = u32::try_from(left_s).unwrap_or(u32::MAX);
            challenge.slow = SlowDoor { token: token.to_owned(), wait_seconds };
        }
        _ => {
            let name = cookies::slow_door(bound.event);
            cookie = Some(cookies::everywhere(name, challenge.slow.token.clone(), SLOW_COOKIE_LIFE_S));
        }
    }
    let detail = "So many join that everybody solves a small puzzle first, or waits a moment. \
                  Join again with the proof in the header Onsale-Proof.";
    let mut problem = Problem::new(StatusCode::FORBIDDEN, "challenge-needed", "Proof needed", detail)
        .with("challenge", &challenge)
        .with("refused", error.map(ProofError::as_str));
    if let Some(cookie) = cookie
        && cookies::set(app, problem.headers_mut(), cookie).is_err()
    {
        tracing::error!("the cookie of the slow door cannot be written");
    }
    problem
}

/// Levels added while very many arrive at an event.
pub(super) fn added_by_arrivals(app: &App, event: EventId) -> u8 {
    harder(arrivals_per_second(app, event), app.config.robots.challenge_raise_at, MOST_FOR_ARRIVALS)
}

/// Arrivals a second, as this process sees them.
pub(super) fn arrivals_per_second(app: &App, event: EventId) -> u32 {
    let seen = app.robots.arrivals.of(&event, app.clock.now_ms());
    seen / u32::try_from(ARRIVALS_MS / 1_000).unwrap_or(1)
}

/// The most numbers to try at a level.
fn numbers(unit: u32, level: u8) -> u32 {
    unit.saturating_mul(1 << level.saturating_sub(1).min(HARDEST))
}

/// In how many seconds the slow door of this browser opens, 0 when it stands open; none where there is none.
pub(crate) fn waiting_s(app: &App, event: EventId, joiner: &Joiner, headers: &HeaderMap) -> Option<u64> {
    let token = cookies::value(headers, &cookies::slow_door(event))?;
    opens_in_s(&app.tokens, Bound { event, who: &joiner.who }, token, app.clock.now_s())
}
