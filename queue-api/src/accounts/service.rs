//! What happens to accounts and logins.
//!
//! A login is a family of refresh tokens. Each refresh uses one up and gives the next; presenting a used one
//! means that two parties hold the family, so it ends for both (RFC 9700, section 4.14).

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use shared::{
    domain::{Role, UserId},
    store::breaks,
    tokens::{AccessClaims, hex, sha256},
};
use sqlx::PgPool;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{
    passwords::Passwords,
    store::{self, UserRow},
};
use crate::{app::App, extract::Caller, problem::Problem, rate_limit::RateLimit};

const LOGIN_WINDOW_MS: u64 = 5 * 60 * 1000;

/// What a login or a refresh gives.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Session {
    /// Goes into `Authorization: Bearer …`.
    pub access_token: String,
    /// Seconds until the access token expires.
    pub expires_in: i64,
    /// Gives the next session, once.
    pub refresh_token: String,
    /// Whose session it is.
    pub user: User,
}

/// An account as its owner sees it.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

impl TryFrom<UserRow> for User {
    type Error = Problem;

    fn try_from(row: UserRow) -> Result<Self, Problem> {
        let role = row.role.parse().map_err(Problem::internal)?;
        Ok(Self { id: UserId(row.id), email: row.email, name: row.name, role, created_at: row.created_at })
    }
}

/// Registrations cost a password hash each, so one address may not make many.
pub(super) async fn limit_registrations(app: &App, address: &str) -> Result<(), Problem> {
    let limit = RateLimit { most: app.config.login_attempts * 30, window_ms: LOGIN_WINDOW_MS };
    limit.count(&app.redis, "register-from", address).await
}

pub(super) async fn register(
    app: &App,
    email: &str,
    name: &str,
    password: SecretString,
) -> Result<Session, Problem> {
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
    start_session(app, row.try_into()?).await
}

pub(super) async fn login(
    app: &App,
    email: &str,
    password: SecretString,
    address: &str,
) -> Result<Session, Problem> {
    let email = normal(email);
    let most = app.config.login_attempts;
    let account = RateLimit { most, window_ms: LOGIN_WINDOW_MS };
    account.count(&app.redis, "login", &hex(&sha256(email.as_bytes())[..16])).await?;
    // Many people may share one address, so it gets ten times as many.
    let neighbourhood = RateLimit { most: most * 10, window_ms: LOGIN_WINDOW_MS };
    neighbourhood.count(&app.redis, "login-from", address).await?;

    let row = store::user_by_email(&app.pool, &email).await?;
    let hash = row.as_ref().map(|row| row.password_hash.clone());
    let matches = app.passwords.matches(password, hash).await?;
    match row {
        Some(row) if matches => start_session(app, row.try_into()?).await,
        _ => Err(Problem::unauthorized("The e-mail address or the password is not right.")),
    }
}

pub(super) async fn refresh(app: &App, token: &SecretString) -> Result<Session, Problem> {
    let refused = || Problem::unauthorized("The refresh token is not valid. Please log in again.");
    let hash = sha256(token.expose_secret().as_bytes());
    let now = app.clock.now();
    let mut transaction = app.pool.begin().await?;
    let row = store::lock_refresh_token(&mut transaction, &hash).await?.ok_or_else(refused)?;
    if row.used_at.is_some() && row.revoked_at.is_none() {
        tracing::warn!(user = %row.user_id, "a used refresh token came back; its login is ended");
        store::revoke_family(&mut *transaction, row.family_id, now).await?;
        transaction.commit().await?;
        return Err(refused());
    }
    if row.revoked_at.is_some() || row.expires_at <= now {
        return Err(refused());
    }
    store::mark_used(&mut transaction, &hash, now).await?;
    let next = random_token()?;
    let expires_at = now + Duration::seconds(app.config.refresh_token_seconds);
    let user = UserId(row.user_id);
    let next_hash = sha256(next.expose_secret().as_bytes());
    store::insert_refresh_token(&mut *transaction, row.family_id, user, &next_hash, expires_at).await?;
    let user = store::user_by_id(&mut *transaction, user).await?.ok_or_else(refused)?;
    transaction.commit().await?;
    session(app, user.try_into()?, row.family_id, &next)
}

/// Ends the login the refresh token belongs to; an unknown one is as good as ended.
pub(super) async fn logout(app: &App, token: &SecretString) -> Result<(), Problem> {
    let hash = sha256(token.expose_secret().as_bytes());
    let mut transaction = app.pool.begin().await?;
    if let Some(row) = store::lock_refresh_token(&mut transaction, &hash).await? {
        store::revoke_family(&mut *transaction, row.family_id, app.clock.now()).await?;
    }
    transaction.commit().await?;
    Ok(())
}

pub(super) async fn me(app: &App, caller: Caller) -> Result<User, Problem> {
    let row = store::user_by_id(&app.pool, caller.user).await?;
    row.ok_or_else(|| Problem::unauthorized("This account is gone."))?.try_into()
}

/// Changes the name, the password, or both; a new password ends all other logins.
pub(super) async fn update_me(
    app: &App,
    caller: Caller,
    name: Option<&str>,
    password: Option<(SecretString, SecretString)>,
) -> Result<User, Problem> {
    let mut new_hash = None;
    if let Some((current, new)) = password {
        let row = store::user_by_id(&app.pool, caller.user).await?;
        let hash = row.map(|row| row.password_hash);
        if !app.passwords.matches(current, hash).await? {
            return Err(Problem::invalid("current_password", "is not right"));
        }
        new_hash = Some(app.passwords.hash(new).await?);
    }
    store::update_profile(&app.pool, caller.user, name.map(str::trim), new_hash.as_deref()).await?;
    if new_hash.is_some() {
        store::revoke_other_families(&app.pool, caller.user, caller.session, app.clock.now()).await?;
    }
    me(app, caller).await
}

pub(super) async fn set_role(app: &App, caller: Caller, user: UserId, role: Role) -> Result<User, Problem> {
    caller.require(&[Role::Admin])?;
    if !store::set_role(&app.pool, user, role).await? {
        return Err(Problem::not_found("account"));
    }
    let row = store::user_by_id(&app.pool, user).await?;
    row.ok_or_else(|| Problem::not_found("account"))?.try_into()
}

/// Makes the account an admin; makes the account first where there is none. Repeating changes nothing.
///
/// # Errors
/// When PostgreSQL is away or the password is shorter than an account's must be.
pub async fn create_admin(pool: &PgPool, email: &str, password: SecretString) -> anyhow::Result<()> {
    anyhow::ensure!(
        password.expose_secret().len() >= 10,
        "the admin's password needs at least 10 characters"
    );
    let email = normal(email);
    let id = if let Some(row) = store::user_by_email(pool, &email).await? {
        UserId(row.id)
    } else {
        let hashed = Passwords::default().hash(password).await;
        let hash = hashed.map_err(|_| anyhow::anyhow!("the password could not be hashed"))?;
        let id = UserId::new();
        store::insert_user(pool, id, &email, "Admin", &hash, Role::Admin).await?;
        id
    };
    store::set_role(pool, id, Role::Admin).await?;
    Ok(())
}

async fn start_session(app: &App, user: User) -> Result<Session, Problem> {
    let (family, token) = (Uuid::now_v7(), random_token()?);
    let expires_at = app.clock.now() + Duration::seconds(app.config.refresh_token_seconds);
    let hash = sha256(token.expose_secret().as_bytes());
    store::insert_refresh_token(&app.pool, family, user.id, &hash, expires_at).await?;
    session(app, user, family, &token)
}

fn session(app: &App, user: User, family: Uuid, refresh: &SecretString) -> Result<Session, Problem> {
    let ttl = app.config.access_token_seconds;
    let claims = AccessClaims::new(user.id, user.role, family, app.clock.now_s(), ttl);
    Ok(Session {
        access_token: app.tokens.sign_access(&claims).map_err(Problem::internal)?,
        expires_in: ttl,
        refresh_token: refresh.expose_secret().to_owned(),
        user,
    })
}

/// 32 random bytes as text.
fn random_token() -> Result<SecretString, Problem> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Problem::internal("random numbers"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes).into())
}

fn normal(email: &str) -> String {
    email.trim().to_lowercase()
}
