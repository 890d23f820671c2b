//! Logins and their refresh tokens.
//!
//! A login is a family of refresh tokens. Each refresh uses one up and gives the next; presenting a used one
//! means that two parties hold the family, so it ends for both (RFC 9700, section 4.14). A browser may present one
//! twice by itself, from two tabs or from a page that was reloaded before the answer came: for a moment after its
//! use a token that comes as a cookie gives another next one.

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use axum::http::HeaderMap;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use shared::{
    domain::UserId,
    tokens::{AccessClaims, sha256},
};
use sqlx::PgExecutor;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{
    guests,
    store::{self, RefreshRow},
};
use crate::{
    accounts::{self, service::User},
    app::App,
    cookies,
    extract::Caller,
    problem::Problem,
};

/// For so long after its use a refresh token from a cookie still works.
const USED_TWICE: Duration = Duration::seconds(30);

/// A session that was begun or renewed.
pub(super) struct NewSession {
    pub(super) access_token: String,
    pub(super) refresh_token: SecretString,
    pub(super) user: User,
}

/// A login that begins, as it is stored.
pub(in crate::accounts) struct Login {
    pub(super) family: Uuid,
    /// Of its first refresh token.
    pub(super) hash: [u8; 32],
    pub(super) expires_at: OffsetDateTime,
}

impl Login {
    /// A new one, and its first refresh token.
    pub(super) fn begin(app: &App) -> Result<(Self, SecretString), Problem> {
        let token = random_token()?;
        let expires_at = app.clock.now() + Duration::seconds(app.config.refresh_token_seconds);
        let hash = sha256(token.expose_secret().as_bytes());
        Ok((Self { family: Uuid::now_v7(), hash, expires_at }, token))
    }
}

/// A refresh token as a client presents it.
pub(super) struct RefreshToken {
    token: SecretString,
    pub(super) from_cookie: bool,
}

impl RefreshToken {
    /// The one in the body, else the one in the cookie.
    pub(super) fn presented(body: Option<SecretString>, headers: &HeaderMap) -> Option<Self> {
        let cookie = || cookies::value(headers, cookies::REFRESH).map(SecretString::from);
        match body {
            Some(token) => Some(Self { token, from_cookie: false }),
            None => cookie().map(|token| Self { token, from_cookie: true }),
        }
    }

    fn hash(&self) -> [u8; 32] {
        sha256(self.token.expose_secret().as_bytes())
    }

    /// Whether it gives a next one.
    fn is_good(&self, row: &RefreshRow, now: OffsetDateTime) -> bool {
        let fresh = row.used_at.is_none_or(|used| self.from_cookie && now - used < USED_TWICE);
        fresh && row.revoked_at.is_none() && row.expires_at > now
    }
}

/// Begins a session of an account.
pub(super) async fn start(app: &App, user: User) -> Result<NewSession, Problem> {
    let (Login { family, hash, expires_at }, token) = Login::begin(app)?;
    store::insert_refresh_token(&app.pool, family, user.id, &hash, expires_at).await?;
    session(app, user, family, token)
}

pub(super) async fn refresh(app: &App, token: &RefreshToken) -> Result<NewSession, Problem> {
    let refused = || Problem::unauthorized("The refresh token is not valid. Please log in again.");
    let (hash, now) = (token.hash(), app.clock.now());
    let mut transaction = app.pool.begin().await?;
    let row = store::lock_refresh_token(&mut transaction, &hash).await?.ok_or_else(refused)?;
    if !token.is_good(&row, now) {
        if row.used_at.is_some() && row.revoked_at.is_none() {
            tracing::warn!(user = %row.user_id, "a used refresh token came back; its login is ended");
            store::revoke_family(&mut *transaction, row.family_id, now).await?;
            transaction.commit().await?;
        }
        return Err(refused());
    }
    store::mark_used(&mut transaction, &hash, now).await?;
    let next = random_token()?;
    let expires_at = now + Duration::seconds(app.config.refresh_token_seconds);
    let user = UserId(row.user_id);
    let next_hash = sha256(next.expose_secret().as_bytes());
    store::insert_refresh_token(&mut *transaction, row.family_id, user, &next_hash, expires_at).await?;
    let user = accounts::store::user_by_id(&mut *transaction, user).await?.ok_or_else(refused)?;
    if user.guest {
        guests::seen(&mut *transaction, UserId(user.id), now).await?;
    }
    transaction.commit().await?;
    session(app, user.into(), row.family_id, next)
}

/// Ends the login that the refresh token belongs to, and the caller's; what is unknown is as good as ended.
pub(super) async fn end(
    app: &App,
    token: Option<&RefreshToken>,
    caller: Option<Caller>,
) -> Result<(), Problem> {
    let (now, mut transaction) = (app.clock.now(), app.pool.begin().await?);
    if let Some(token) = token
        && let Some(row) = store::lock_refresh_token(&mut transaction, &token.hash()).await?
    {
        store::revoke_family(&mut *transaction, row.family_id, now).await?;
    }
    if let Some(caller) = caller {
        store::revoke_family(&mut *transaction, caller.session, now).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Whose refresh token it is, if it is good.
pub(super) async fn owner(app: &App, token: &RefreshToken) -> Result<Option<UserId>, Problem> {
    let row = store::lock_refresh_token(&mut *app.pool.acquire().await?, &token.hash()).await?;
    Ok(row.filter(|row| token.is_good(row, app.clock.now())).map(|row| UserId(row.user_id)))
}

/// Ends every login of an account.
pub(super) async fn end_all(db: impl PgExecutor<'_>, user: UserId, now: OffsetDateTime) -> sqlx::Result<()> {
    store::revoke_other_families(db, user, Uuid::nil(), now).await
}

/// Ends every login of the caller's account but this one.
pub(in crate::accounts) async fn end_other_logins(app: &App, caller: Caller) -> Result<(), Problem> {
    Ok(store::revoke_other_families(&app.pool, caller.user, caller.session, app.clock.now()).await?)
}

/// Hands over a session that is stored.
pub(super) fn session(
    app: &App,
    user: User,
    family: Uuid,
    refresh_token: SecretString,
) -> Result<NewSession, Problem> {
    let ttl = app.config.access_token_seconds;
    let claims = AccessClaims::new(user.id, user.role, family, app.clock.now_s(), ttl).of_guest(user.guest);
    let access_token = app.tokens.sign_access(&claims).map_err(Problem::internal)?;
    Ok(NewSession { access_token, refresh_token, user })
}

/// 32 random bytes as text.
fn random_token() -> Result<SecretString, Problem> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Problem::internal("random numbers"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes).into())
}
