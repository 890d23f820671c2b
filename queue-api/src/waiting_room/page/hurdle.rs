//! What stands between a fan and joining: a wait instead of the puzzle, or being held back.

use axum::http::HeaderMap;
use shared::domain::{AppealStatus, EventId};

use super::texts::{Texts, filled};
use crate::{
    app::App,
    extract::Caller,
    robots::{self, Appeal},
    waiting_room::who::joiner,
};

/// Who is held back looks again after this, seconds.
const HELD_RELOAD_S: u64 = 20;

/// A hurdle.
pub(super) enum Hurdle {
    /// The slow door opens in so many seconds; 0: it stands open.
    Wait(u64),
    /// Held back, or was.
    Held(Appeal),
}

impl Hurdle {
    /// What the cookies of a request tell.
    pub(super) async fn of(app: &App, event: EventId, headers: &HeaderMap) -> Option<Self> {
        if let Some(appeal) = robots::remembered(app, event, headers).await {
            return Some(Self::Held(appeal));
        }
        let account = Caller::of(app, headers).ok().flatten().map(|caller| caller.user);
        let joiner = joiner(&app.tokens, event, account, headers);
        robots::waiting_s(app, event, &joiner, headers).map(Self::Wait)
    }

    /// When a page without JavaScript looks again, if this hurdle decides it.
    pub(super) fn reload_s(&self) -> Option<u64> {
        match self {
            Self::Wait(0) => None,
            Self::Wait(seconds) => Some(seconds + 1),
            Self::Held(appeal) => Some(HELD_RELOAD_S).filter(|_| appeal.status == AppealStatus::Open),
        }
    }

    /// The code to ask after, while nobody has looked at it.
    pub(super) fn open_code(&self) -> Option<String> {
        match self {
            Self::Held(appeal) if appeal.status == AppealStatus::Open => Some(appeal.written_code()),
            Self::Held(_) | Self::Wait(_) => None,
        }
    }

    pub(super) fn words(&self, texts: &Texts) -> String {
        match self {
            Self::Wait(0) => texts.get("door_open").to_owned(),
            Self::Wait(seconds) => filled(texts.get("door_wait"), &[("n", &seconds.to_string())]),
            Self::Held(appeal) => {
                let why = texts.get(&format!("held_{}", appeal.reason));
                let code = appeal.written_code();
                match appeal.status {
                    AppealStatus::Open => filled(texts.get("held_open"), &[("why", why), ("code", &code)]),
                    AppealStatus::LetIn => format!("{} {}", texts.get("held_let_in"), appeal.note),
                    AppealStatus::Refused => {
                        let text = filled(texts.get("held_refused"), &[("why", why), ("code", &code)]);
                        format!("{text} {}", appeal.note)
                    }
                }
            }
        }
    }
}
