//! Who is held back: the reason, the code, and what the organiser makes of it.

use std::sync::Arc;

use ::http::{HeaderMap, StatusCode};
use cookie::Cookie;
use serde::Serialize;
use serde_json::Value;
use shared::domain::{AppealStatus, EventId, HeldBackReason};
use time::OffsetDateTime;

use super::{code, store};
use crate::{app::App, cookies, problem::Problem};

/// The page remembers the code so long, seconds.
const COOKIE_LIFE_S: i64 = 30 * 24 * 3_600;

/// A fan who was held back at an event.
#[derive(Clone, Debug)]
pub(crate) struct Appeal {
    pub(crate) code: String,
    pub(crate) reason: HeldBackReason,
    pub(super) facts: Value,
    pub(super) times: i32,
    pub(super) first_held_at: OffsetDateTime,
    pub(super) last_held_at: OffsetDateTime,
    pub(crate) status: AppealStatus,
    pub(crate) note: String,
    pub(super) resolved_at: Option<OffsetDateTime>,
}

/// What a fan and a page need of it.
#[derive(Clone, Copy, Debug, Serialize)]
struct Standing<'a> {
    status: AppealStatus,
    note: &'a str,
}

impl Appeal {
    /// The code in two halves.
    pub(crate) fn written_code(&self) -> String {
        code::written(&self.code)
    }
}

/// What went wrong, and when it may be tried again.
pub(super) struct Offence {
    pub(super) reason: HeldBackReason,
    pub(super) facts: Value,
    pub(super) retry_after_s: u32,
}

/// Holds somebody back: writes it down, and gives the problem that says so.
pub(super) async fn hold_back(app: &App, event: EventId, who: &Arc<str>, offence: &Offence) -> Problem {
    app.robots.held_back.inc();
    let writing = async {
        let written = store::held_back(&app.pool, event, who, offence.reason, &offence.facts).await;
        written.map(Arc::new)
    };
    match app.robots.held.try_get_with((event, Arc::clone(who)), writing).await {
        Ok(appeal) => problem(app, event, &appeal, offence),
        Err(error) => error.into(),
    }
}

fn problem(app: &App, event: EventId, appeal: &Appeal, offence: &Offence) -> Problem {
    let what = match offence.reason {
        HeldBackReason::JoinedOften => "This device joined very often.",
        HeldBackReason::HeldOften => "This account chose seats very often.",
        HeldBackReason::PaidOften => "This account went to the checkout very often.",
        HeldBackReason::HeldFast => "The seats were chosen faster than people can.",
        HeldBackReason::PaidFast => "This was paid faster than people can.",
        HeldBackReason::GuessedOften => "This device tried many codes that do not exist.",
    };
    let written = appeal.written_code();
    let detail = format!(
        "{what} Please wait a little and try again. If that does not help, tell the organiser the code {written}."
    );
    let standing = Standing { status: appeal.status, note: &appeal.note };
    let mut problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "held-back", "Held back", detail)
        .with("reason", offence.reason)
        .with("code", &written)
        .with("appeal", standing)
        .retry_after(offence.retry_after_s.max(1));
    let cookie = cookies::everywhere(cookies::appeal(event), appeal.code.clone(), COOKIE_LIFE_S);
    if cookies::set(app, problem.headers_mut(), cookie).is_err() {
        tracing::error!("the cookie of an appeal cannot be written");
    }
    problem
}

/// The appeal a browser remembers, where there is one.
pub(crate) async fn remembered(app: &App, event: EventId, headers: &HeaderMap) -> Option<Appeal> {
    let code = code::read(cookies::value(headers, &cookies::appeal(event))?)?;
    let appeal = store::by_code(&app.pool, event, &code).await;
    appeal.inspect_err(|error| tracing::warn!(%error, "an appeal cannot be read")).ok().flatten()
}

/// The cookies of hurdles that a fan who has a place does not need any more, as they are taken away.
pub(crate) fn overcome(event: EventId, headers: &HeaderMap) -> impl Iterator<Item = Cookie<'static>> {
    let names = [cookies::slow_door(event), cookies::appeal(event)];
    let there = names.into_iter().filter(|name| cookies::value(headers, name).is_some());
    there.map(|name| cookies::removed(cookies::everywhere(name, "", 0)))
}
