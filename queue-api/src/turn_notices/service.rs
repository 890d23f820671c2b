//! What fans do with the notices of a place.

use garde::Validate;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{EventId, Locale, PlaceId, UserId},
    tokens::{PlaceClaims, hex},
    web_push::{Subscription, SubscriptionError},
};
use utoipa::ToSchema;

use super::store::{self, MailTo};
use crate::{
    accounts,
    app::App,
    extract::Caller,
    locale,
    problem::Problem,
    rate_limit::RateLimit,
    waiting_room::{asking::look_up, documents::PlaceState},
};

/// Turns that one address may be told of in an hour: nobody's mailbox is filled by others.
const MAILS: RateLimit = RateLimit { most: 20, window_ms: 3_600_000 };
/// Browsers that one place is told on.
const BROWSERS_OF_PLACE: i64 = 5;

/// How a place will be told that its turn has come.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub(crate) struct TurnNotices {
    /// The address a mail goes to; null: none goes.
    #[schema(required)]
    pub(crate) email: Option<String>,
    /// Whether a browser is pushed to.
    pub(crate) push: bool,
}

/// To whom the turn is told by mail.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailNotice {
    /// Kept for this mail only. Without it: the address of the account.
    #[garde(inner(email, length(max = 254)))]
    #[schema(nullable = false)]
    pub(crate) email: Option<String>,
    /// Language of the mail; without it the account's, or what `Accept-Language` says.
    #[garde(skip)]
    #[schema(nullable = false)]
    pub(crate) locale: Option<Locale>,
}

/// What a place will be told.
///
/// # Errors
/// 503 when PostgreSQL does not answer.
pub(crate) async fn of_place(app: &App, place: PlaceId) -> Result<TurnNotices, Problem> {
    let row = store::of_place(&app.pool, place).await?;
    Ok(TurnNotices { email: row.email, push: row.push })
}

/// Has a waiting place told by mail.
///
/// # Errors
/// 409 when it does not wait, 422 without an address, 429 when the address was told too often.
pub(crate) async fn ask_by_mail(
    app: &App,
    claims: &PlaceClaims,
    caller: Option<Caller>,
    headers: &HeaderMap,
    asked: MailNotice,
) -> Result<(), Problem> {
    require_waiting(app, claims).await?;
    let contact = match caller {
        Some(caller) => accounts::contact(app, caller.user).await?,
        None => None,
    };
    let own_locale = contact.as_ref().map(|contact| contact.locale);
    let locale = asked.locale.or(own_locale).or_else(|| locale::preferred(headers)).unwrap_or(Locale::En);
    let typed = asked.email;
    let (to, address) = match (&typed, caller, contact.and_then(|contact| contact.email)) {
        (Some(typed), ..) => (MailTo::Address(typed), typed.to_lowercase()),
        (None, Some(Caller { user, .. }), Some(own)) => (MailTo::Account(user), own),
        _ => return Err(Problem::invalid("email", "is needed to be told by mail")),
    };
    let who = hex(&app.tokens.keyed_hash("turn-mail", address.as_bytes())[..16]);
    MAILS.count(&app.redis, "turn-mails-to", &who).await?;
    store::ask_by_mail(&app.pool, claims, locale, to).await?;
    keep_if_waiting(app, claims).await
}

/// Has a waiting place told by a push to this browser.
///
/// # Errors
/// 409 when it does not wait, or has too many browsers.
pub(super) async fn ask_by_push(
    app: &App,
    claims: &PlaceClaims,
    caller: Option<Caller>,
    headers: &HeaderMap,
    browser: &Subscription,
    locale: Option<Locale>,
) -> Result<(), Problem> {
    require_waiting(app, claims).await?;
    let own_locale = match (locale, caller) {
        (None, Some(caller)) => accounts::contact(app, caller.user).await?.map(|contact| contact.locale),
        _ => None,
    };
    let locale = locale.or(own_locale).or_else(|| locale::preferred(headers)).unwrap_or(Locale::En);
    if !store::ask_by_push(&app.pool, claims, locale, browser, BROWSERS_OF_PLACE).await? {
        let detail = "This place is told on as many browsers as a place may be.";
        return Err(Problem::conflict("too-many-browsers", detail));
    }
    keep_if_waiting(app, claims).await
}

/// Tells a place by mail no more.
///
/// # Errors
/// 503 when PostgreSQL does not answer.
pub(crate) async fn stop_mail(app: &App, place: PlaceId) -> Result<(), Problem> {
    Ok(store::stop(&app.pool, place, "email").await?)
}

/// Pushes to the browsers of a place no more.
pub(super) async fn stop_push(app: &App, place: PlaceId) -> Result<(), Problem> {
    Ok(store::stop(&app.pool, place, "push").await?)
}

/// Takes back what an account wished for all its places.
///
/// # Errors
/// 503 when PostgreSQL does not answer.
pub(crate) async fn stop_all(app: &App, user: UserId, mails: bool, pushes: bool) -> Result<(), Problem> {
    for (_, channel) in [(mails, "email"), (pushes, "push")].into_iter().filter(|(stop, _)| *stop) {
        store::stop_all(&app.pool, user, channel).await?;
    }
    Ok(())
}

/// Forgets a place that was given up. What fails is forgotten with the room.
pub(crate) async fn forget_place(app: &App, place: PlaceId) {
    if let Err(error) = store::forget_place(&app.pool, place).await {
        tracing::warn!(%error, %place, "turn notices: cannot forget a place");
    }
}

/// Forgets everybody of a room that is over.
///
/// # Errors
/// When PostgreSQL does not answer.
pub(crate) async fn forget_event(app: &App, event: EventId) -> sqlx::Result<()> {
    store::forget_event(&app.pool, event).await
}

async fn require_waiting(app: &App, claims: &PlaceClaims) -> Result<(), Problem> {
    if look_up(app, claims).await?.state == PlaceState::Waiting {
        return Ok(());
    }
    let detail = "This place does not wait any more: its turn has come, or it is over.";
    Err(Problem::conflict("not-waiting", detail))
}

/// Whoever was admitted while it was written down may not have been seen by those who tell: then nobody will.
async fn keep_if_waiting(app: &App, claims: &PlaceClaims) -> Result<(), Problem> {
    let still = require_waiting(app, claims).await;
    if still.is_err() {
        forget_place(app, claims.sub).await;
    }
    still
}

impl App {
    /// Notes that a place was joined, by an account if one is signed in.
    pub(crate) fn joined(&self, user: Option<UserId>, place: &PlaceClaims) {
        if let Some(user) = user {
            self.standing_wishes.joined(user, place);
        }
    }
}

impl From<SubscriptionError> for Problem {
    fn from(error: SubscriptionError) -> Self {
        let field = match error {
            SubscriptionError::Endpoint(_) => "endpoint",
            SubscriptionError::Key => "keys.p256dh",
            SubscriptionError::Auth => "keys.auth",
        };
        Self::invalid(field, error.to_string())
    }
}
