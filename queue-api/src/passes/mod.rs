//! The pass that lets a fan shop where demand is `queue`: the header `Onsale-Pass`, or else the cookie that claiming
//! set. The token alone opens nothing; its lease must live too, and every call behind the waiting room looks (fail
//! closed).

use std::sync::LazyLock;

use fred::types::scripts::Script;
use http::HeaderMap;
use shared::{
    domain::{Demand, EventId},
    store::events::EventRecord,
    tokens::{PassClaims, TokenError},
};

use crate::{app::App, cookies, problem::Problem};

/// The header that carries the pass.
pub const HEADER: &str = "onsale-pass";

static LIVE: LazyLock<Script> = LazyLock::new(|| Script::from_lua(include_str!("live.lua")));

/// The ordinal of the caller's living lease; none where demand is direct and nobody needs one.
///
/// # Errors
/// 403 `pass-needed`, `pass-invalid` or `pass-over`; 503 when Redis is away.
pub async fn lease(app: &App, headers: &HeaderMap, event: &EventRecord) -> Result<Option<u64>, Problem> {
    match event.demand {
        Demand::Direct => Ok(None),
        Demand::Queue => {
            let pass = read(app, headers, event.id)?;
            live(app, event.id, pass.ordinal).await.map(Some)
        }
    }
}

/// The pass of a request: not forged, not expired, of this event.
///
/// # Errors
/// 403 `pass-needed`, `pass-invalid` or `pass-over`.
pub fn read(app: &App, headers: &HeaderMap, event: EventId) -> Result<PassClaims, Problem> {
    let invalid = || Problem::forbidden("pass-invalid", "This pass does not open this event.");
    let token = match headers.get(HEADER) {
        Some(value) => Some(value.to_str().map_err(|_| invalid())?),
        None => cookies::value(headers, &cookies::pass(event)),
    };
    let token = token.ok_or_else(|| {
        let detail =
            "This event is sold through its waiting room. Join it; when it is your turn you get a pass.";
        Problem::forbidden("pass-needed", detail)
    })?;
    let claims = app.tokens.verify_pass(token.trim()).map_err(|error| match error {
        TokenError::Expired => over(),
        TokenError::Invalid => invalid(),
    })?;
    if claims.event == event { Ok(claims) } else { Err(invalid()) }
}

async fn live(app: &App, event: EventId, ordinal: u64) -> Result<u64, Problem> {
    let keys = vec![app.redis.event(event).leases()];
    let lives: i64 = app.redis.run(&LIVE, keys, vec![ordinal.to_string().into()]).await?;
    if lives == 1 { Ok(ordinal) } else { Err(over()) }
}

/// The lease behind a pass has ended.
pub(crate) fn over() -> Problem {
    Problem::forbidden("pass-over", "Your time to shop is over, or your purchase is complete.")
}
