//! Registering and logging in.

use secrecy::SecretString;
use shared::{
    domain::{Role, UserId},
    store::breaks,
    tokens::{hex, sha256},
};

use super::sessions::{self, NewSession};
use crate::{
    accounts::{input::normal, store},
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

pub(super) async fn register(
    app: &App,
    email: &str,
    name: &str,
    password: SecretString,
) -> Result<NewSession, Problem> {
    let id = UserId::new();
    let hash = app.passwords.hash(password).await?;
    let inserted = store::insert_user(&app.pool, id, &normal(email), name.trim(), &hash, Role::Fan).await;
    match inserted {
        Err(error) if breaks(&error, "users_email_key") => {
            return Err(Problem::conflict("email-taken", "There is an account with this e-mail address."));
        }
        inserted => inserted?,
    }
    let row = store::user_by_id(&app.pool, id).await?.ok_or_else(|| Problem::not_found("account"))?;
    sessions::start(app, row.try_into()?).await
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
    let hash = row.as_ref().map(|row| row.password_hash.clone());
    let matches = app.passwords.matches(password, hash).await?;
    match row {
        Some(row) if matches => sessions::start(app, row.try_into()?).await,
        _ => Err(Problem::unauthorized("The e-mail address or the password is not right.")),
    }
}
