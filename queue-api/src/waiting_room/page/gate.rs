//! Who may join, as the page says it: what is needed, and the field for the code.

use axum::{
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
};
use shared::{
    domain::{EventId, WaitingAccess},
    store::events::EventRecord,
};

use super::view::{Notice, Page};
use crate::{
    app::App,
    cookies,
    extract::Caller,
    problem::Problem,
    waiting_room::access::{Refusal, code_cookie},
};

/// What stands between a visitor and joining.
pub(super) struct Gate<'a> {
    access: WaitingAccess,
    /// Signed in, and no guest.
    account: bool,
    /// Whether the event has codes at all.
    has_codes: bool,
    /// The code this browser keeps.
    code: &'a str,
}

impl<'a> Gate<'a> {
    pub(super) fn of(app: &App, event: &EventRecord, headers: &'a HeaderMap) -> Self {
        let caller = Caller::of(app, headers).ok().flatten();
        Self {
            access: event.waiting_access,
            account: caller.is_some_and(|caller| !caller.guest),
            has_codes: event.has_codes,
            code: cookies::value(headers, &cookies::code(event.id)).unwrap_or_default(),
        }
    }
}

/// Keeps the code of a link in this browser, and takes it out of the address, so that nobody is told it from there.
pub(super) fn keep_code(
    app: &App,
    event: EventId,
    code: &str,
    language: Option<&str>,
) -> Result<Response, Problem> {
    let query = language.map_or_else(String::new, |tag| format!("?lang={tag}"));
    let response = Redirect::to(&format!("/events/{event}/waiting-room{query}")).into_response();
    cookies::set_all(app, response, [code_cookie(event, code)])
}

impl Page<'_> {
    pub(super) fn account_needed(&self) -> bool {
        self.seen.gate.access == WaitingAccess::Accounts && !self.seen.gate.account
    }

    pub(super) fn by_invitation(&self) -> bool {
        self.seen.gate.access == WaitingAccess::Invited
    }

    pub(super) fn for_everybody(&self) -> bool {
        self.seen.gate.access == WaitingAccess::Everyone
    }

    /// Whether there is a field for a code.
    pub(super) fn takes_code(&self) -> bool {
        self.by_invitation() || self.seen.gate.has_codes || !self.code().is_empty()
    }

    pub(super) fn code(&self) -> &str {
        self.seen.gate.code
    }

    pub(super) fn code_label(&self) -> &str {
        self.t(if self.by_invitation() { "code" } else { "code_if" })
    }

    /// What is wrong with the code.
    pub(super) fn code_error(&self) -> Option<&str> {
        let Notice::Refused(refusal) = self.seen.notice else { return None };
        match refusal {
            Refusal::AccountNeeded => None,
            Refusal::CodeNeeded => Some(self.t("code_needed")),
            Refusal::CodeUnknown => Some(self.t("code_unknown")),
            Refusal::CodeUsed => Some(self.t("code_used")),
        }
    }

    /// Where one signs in or registers, and comes back from.
    pub(super) fn way(&self, to: &str) -> String {
        format!("/{to}?next=/events/{}/waiting-room", self.seen.event.id)
    }

    /// `hidden`, once there is a place or nobody can join any more.
    pub(super) fn hidden_after(&self) -> &'static str {
        if self.is_before() { "" } else { "hidden" }
    }
}
