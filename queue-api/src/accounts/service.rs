//! What happens to accounts.

use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use shared::domain::{Role, UserId};
use sqlx::PgPool;
use time::OffsetDateTime;

use super::{
    auth,
    input::normal,
    passwords::Passwords,
    store::{self, UserRow},
};
use crate::{app::App, extract::Caller, problem::Problem};

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
        auth::end_other_logins(app, caller).await?;
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
