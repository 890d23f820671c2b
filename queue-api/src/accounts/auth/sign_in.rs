//! Registering and logging in.

use secrecy::SecretString;
use shared::{
    domain::{Locale, Role, UserId},
    store::breaks,
    tokens::{hex, sha256},
};

use super::{
    guests,
    sessions::{self, NewSession},
};
use crate::{
    accounts::{
        input::normal,
        store::{self, NewUser},
    },
    app::App,
    problem::Problem,
    rate_limit::RateLimit,
};

const WINDOW_MS: u64 = 5 * 60 * 1000;

/// Registrations cost a password hash each, so one address may not make many.
pub(super) async fn limit_registrations(app: &App, address: &str) -> Result<(), Problem> {
    let limit = RateLimit { most: app.config.login_attempts * 30, window_ms: WINDOW_MS };
    limit.count(&app.redis, "register-from", address).await
}

/// Who registers.
pub(super) struct Applicant<'a> {
    pub(super) email: &'a str,
    pub(super) name: &'a str,
    pub(super) locale: Option<Locale>,
    /// The guest that becomes the account.
    pub(super) guest: Option<UserId>,
}

pub(super) async fn register(
    app: &App,
    applicant: &Applicant<'_>,
    password: SecretString,
) -> Result<NewSession, Problem> {
    let hash = app.passwords.hash(password).await?;
    let user = NewUser {
        id: applicant.guest.unwrap_or_else(UserId::new),
        email: applicant.email,
        name: applicant.name,
        password_hash: &hash,
        role: Role::Fan,
        locale: applicant.locale,
    };
    let made = match applicant.guest {
        Some(_) => guests::upgrade(app, &user).await,
        None => store::insert_user(&app.pool, &user).await.map(|()| true),
    };
    match made {
        Err(error) if breaks(&error, "users_email_key") => {
            return Err(Problem::conflict("email-taken", "There is an account with this e-mail address."));
        }
        Ok(false) => return Err(Problem::conflict("guest-registered", "This guest has an account now.")),
        made => made?,
    };
    let row = store::user_by_id(&app.pool, user.id).await?.ok_or_else(|| Problem::not_found("account"))?;
    sessions::start(app, row.into()).await
}

pub(super) async fn login(
    app: &App,
    email: &str,
    password: SecretString,
    address: &str,
) -> Result<NewSession, Problem> {
    let email = normal(email);
    let most = app.config.login_attempts;
    let account = RateLimit { most, window_ms: WINDOW_MS };
    account.count(&app.redis, "login", &hex(&sha256(email.as_bytes())[..16])).await?;
    // Many people may share one address, so it gets ten times as many.
    let neighbourhood = RateLimit { most: most * 10, window_ms: WINDOW_MS };
    neighbourhood.count(&app.redis, "login-from", address).await?;

    let row = store::user_by_email(&app.pool, &email).await?;
    let hash = row.as_ref().and_then(|row| row.password_hash.clone());
    let matches = app.passwords.matches(password, hash).await?;
    match row {
        Some(row) if matches => sessions::start(app, row.into()).await,
        _ => Err(Problem::unauthorized("The e-mail address or the password is not right.")),
    }
}
