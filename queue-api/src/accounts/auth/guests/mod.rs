//! Guests: fans who buy without registering. A guest has a session like everybody, and no password: when its cookies
//! are lost, the key in the mail about a booking gives a new one.

mod http;
mod store;

use axum::http::HeaderMap;
use shared::domain::{BookingId, HoldId, Locale, UserId};
use sqlx::PgExecutor;
use time::{Duration, OffsetDateTime};

use super::sessions::{self, Login, NewSession, RefreshToken};
use crate::{
    accounts::{service::User, store::NewUser},
    app::App,
    extract::Caller,
    problem::Problem,
    rate_limit::RateLimit,
};

pub(super) use http::routes;
pub(in crate::accounts) use store::{NewGuest, insert};

const WINDOW_MS: u64 = 5 * 60 * 1000;
/// A guest who never checked out is forgotten when nothing was heard of it for so long.
const FORGOTTEN_AFTER: Duration = Duration::days(7);

/// A new guest, signed in.
async fn make(app: &App, locale: Option<Locale>, address: &str) -> Result<NewSession, Problem> {
    let limit = RateLimit { most: app.config.guests_per_address, window_ms: WINDOW_MS };
    limit.count(&app.redis, "guests-from", address).await?;
    let (login, token) = Login::begin(app)?;
    let (id, forget_at, family) = (UserId::new(), app.clock.now() + FORGOTTEN_AFTER, login.family);
    let user = app.accounts.make(NewGuest { id, locale, forget_at, login }).await?;
    sessions::session(app, user.into(), family, token)
}

/// Notes that a guest is still there.
pub(super) async fn seen(db: impl PgExecutor<'_>, user: UserId, now: OffsetDateTime) -> sqlx::Result<()> {
    store::put_off(db, user, now + FORGOTTEN_AFTER).await
}

/// The guest that somebody who registers is, if any: by access token, or by refresh token where that has outlived it.
pub(super) async fn registering(
    app: &App,
    caller: Option<Caller>,
    headers: &HeaderMap,
) -> Result<Option<UserId>, Problem> {
    let user = match (caller, RefreshToken::presented(None, headers)) {
        (Some(caller), _) => Some(caller.user),
        (None, Some(token)) => sessions::owner(app, &token).await?,
        (None, None) => None,
    };
    let Some(user) = user else { return Ok(None) };
    let row = app.accounts.row(user).await?;
    Ok(row.filter(|row| row.guest).map(|_| user))
}

/// Makes an account of the guest, with all it has; its logins elsewhere end. Whether it was a guest.
pub(super) async fn upgrade(app: &App, user: &NewUser<'_>) -> sqlx::Result<bool> {
    let mut transaction = app.pool.begin().await?;
    let upgraded = store::upgrade(&mut *transaction, user).await?;
    if upgraded {
        sessions::end_all(&mut *transaction, user.id, app.clock.now()).await?;
    }
    transaction.commit().await?;
    Ok(upgraded)
}

/// A session of the guest of a booking, for the key in its mail.
async fn by_key(app: &App, booking: BookingId, key: &str, address: &str) -> Result<NewSession, Problem> {
    let limit = RateLimit { most: app.config.login_attempts * 10, window_ms: WINDOW_MS };
    limit.count(&app.redis, "booking-key-from", address).await?;
    let invalid = || {
        Problem::forbidden(
            "booking-key-invalid",
            "This link does not open the booking, or does not any more.",
        )
    };
    let booker = store::booker(&app.pool, booking).await?.ok_or_else(invalid)?;
    let email = booker.email.as_deref().ok_or_else(invalid)?;
    if !app.tokens.booking_key_opens(booking, email, key) {
        return Err(invalid());
    }
    guest_session(app, &booker).await
}

/// A session of the guest to whom an offer is made, for the key in its mail.
async fn by_offer_key(app: &App, hold: HoldId, key: &str, address: &str) -> Result<NewSession, Problem> {
    let limit = RateLimit { most: app.config.login_attempts * 10, window_ms: WINDOW_MS };
    limit.count(&app.redis, "booking-key-from", address).await?;
    let invalid = || Problem::forbidden("offer-key-invalid", "This link does not open an offer.");
    let offered = store::offered_to(&app.pool, hold).await?.ok_or_else(invalid)?;
    let email = offered.email.as_deref().ok_or_else(invalid)?;
    if !app.tokens.offer_key_opens(hold, email, key) {
        return Err(invalid());
    }
    guest_session(app, &offered).await
}

async fn guest_session(app: &App, booker: &store::BookerRow) -> Result<NewSession, Problem> {
    if !booker.guest {
        let detail = "There is an account for this now. Please sign in.";
        return Err(Problem::conflict("guest-registered", detail));
    }
    sessions::start(app, user(app, booker.user_id).await?).await
}

async fn user(app: &App, id: UserId) -> Result<User, Problem> {
    let row = app.accounts.row(id).await?;
    Ok(row.ok_or_else(|| Problem::not_found("account"))?.into())
}
