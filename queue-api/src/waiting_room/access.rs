//! Who may join a room: everybody, accounts, or those with a code. What an organiser changes binds those who join from
//! then on.

use cookie::Cookie;
use shared::{
    domain::{EventId, WaitingAccess},
    store::events::EventRecord,
};

use super::joining::Knock;
use crate::{
    cookies,
    problem::{FieldError, Problem},
};

/// A browser keeps a code so long, seconds: from the link to the opening, and for joining again.
const CODE_COOKIE_LIFE_S: i64 = 7 * 24 * 3_600;

/// No code has more letters and digits.
const LONGEST_CODE: usize = 40;

/// Why somebody may not join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// An account is needed; a guest has none.
    AccountNeeded,
    /// A code is needed.
    CodeNeeded,
    /// There is no such code, or not any more.
    CodeUnknown,
    /// Others have used it up.
    CodeUsed,
}

impl Refusal {
    /// The problem's type.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::AccountNeeded => "account-needed",
            Self::CodeNeeded => "invitation-needed",
            Self::CodeUnknown => "invitation-unknown",
            Self::CodeUsed => "invitation-used",
        }
    }

    /// The refusal of this name.
    #[must_use]
    pub fn parse(kind: &str) -> Option<Self> {
        let all = [Self::AccountNeeded, Self::CodeNeeded, Self::CodeUnknown, Self::CodeUsed];
        all.into_iter().find(|refusal| refusal.kind() == kind)
    }

    fn detail(self) -> &'static str {
        match self {
            Self::AccountNeeded => {
                "This waiting room is for people with an account. Sign in or register, then join; a guest has no account."
            }
            Self::CodeNeeded => {
                "This waiting room is for invited people. Join with the code of the invitation."
            }
            Self::CodeUnknown => "This code does not exist here, or is not valid any more.",
            Self::CodeUsed => "This code was used as often as it may be.",
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let problem = Self::forbidden(refusal.kind(), refusal.detail());
        if refusal == Refusal::AccountNeeded {
            return problem;
        }
        let error = FieldError { field: "code".into(), message: refusal.detail().into() };
        problem.with("errors", [error])
    }
}

/// The code that is to be redeemed for somebody who may join with it, or without any.
pub(super) fn asked<'a>(event: &EventRecord, knock: Knock<'a>) -> Result<Option<&'a str>, Refusal> {
    if event.waiting_access == WaitingAccess::Accounts && knock.caller.is_none_or(|caller| caller.guest) {
        return Err(Refusal::AccountNeeded);
    }
    let kept = || cookies::value(knock.headers, &cookies::code(event.id));
    let code = knock.code.or_else(kept).map(str::trim).filter(|code| !code.is_empty());
    if event.waiting_access == WaitingAccess::Invited && code.is_none() {
        return Err(Refusal::CodeNeeded);
    }
    Ok(code)
}

/// The cookie that keeps a code; what cannot be one is not kept.
pub(super) fn code_cookie(event: EventId, code: &str) -> Cookie<'static> {
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).take(LONGEST_CODE).collect();
    cookies::everywhere(cookies::code(event), code, CODE_COOKIE_LIFE_S)
}
