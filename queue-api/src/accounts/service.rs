//! What happens to accounts.

use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use shared::domain::{Locale, Role, UserId};
use sqlx::PgPool;
use time::OffsetDateTime;

use super::{
    auth,
    input::normal,
    passwords::Passwords,
    store::{self, Change, NewUser, UserRow},
};
use crate::{app::App, extract::Caller, problem::Problem, turn_notices};

/// An account as its owner sees it.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct User {
    pub id: UserId,
    /// Null while a guest has not told it.
    #[schema(required)]
    pub email: Option<String>,
    /// Null while a guest has not told it.
    #[schema(required)]
    pub name: Option<String>,
    pub role: Role,
    /// Has no password: buys without having registered.
    pub guest: bool,
    /// Language of the mails.
    pub locale: Locale,
    /// What the account is told beside its bookings.
    pub notifications: Notifications,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// What an account is told beside its bookings, whose mails always come.
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Notifications {
    /// By mail, when its turn comes in a waiting room it joins from now on.
    pub turn_email: bool,
    /// The same by a push to its browsers.
    pub turn_push: bool,
}

/// What changes of one's account; what is none stays.
pub(super) struct Wishes<'a> {
    pub name: Option<&'a str>,
    /// Guests only.
    pub email: Option<&'a str>,
    pub locale: Option<Locale>,
    pub turn_email: Option<bool>,
    pub turn_push: Option<bool>,
    /// The current one and the new one.
    pub password: Option<(SecretString, SecretString)>,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        let UserRow { id, email, name, role, guest, locale, turn_email, turn_push, created_at, .. } = row;
        let notifications = Notifications { turn_email, turn_push };
        Self { id: UserId(id), email, name, role, guest, locale, notifications, created_at }
    }
}

async fn row(app: &App, caller: Caller) -> Result<UserRow, Problem> {
    let row = app.accounts.row(caller.user).await?;
    row.ok_or_else(gone)
}

fn gone() -> Problem {
    Problem::unauthorized("This account is gone.")
}

pub(super) async fn me(app: &App, caller: Caller) -> Result<User, Problem> {
    row(app, caller).await.map(User::from)
}

/// Changes what is wished; a new password ends all other logins.
pub(super) async fn update_me(app: &App, caller: Caller, wishes: Wishes<'_>) -> Result<User, Problem> {
    let own = row(app, caller).await?;
    if wishes.email.is_some() && !own.guest {
        return Err(Problem::invalid("email", "cannot be changed here"));
    }
    let mut new_hash = None;
    if let Some((current, new)) = wishes.password {
        if own.guest {
            return Err(Problem::invalid("new_password", "needs an account: register"));
        }
        if !app.passwords.matches(current, own.password_hash).await? {
            return Err(Problem::invalid("current_password", "is not right"));
        }
        new_hash = Some(app.passwords.hash(new).await?);
    }
    let change = Change {
        name: wishes.name.map(|name| name.trim().to_owned()),
        email: wishes.email.map(normal),
        locale: wishes.locale,
        turn_email: wishes.turn_email,
        turn_push: wishes.turn_push,
        password_hash: new_hash,
    };
    let new_password = change.password_hash.is_some();
    let changed = app.accounts.change(caller.user, change).await?.ok_or_else(gone)?;
    let (mails, pushes) = (wishes.turn_email == Some(false), wishes.turn_push == Some(false));
    turn_notices::stop_all(app, caller.user, mails, pushes).await?;
    if new_password {
        auth::end_other_logins(app, caller).await?;
    }
    Ok(changed.into())
}

/// Where and in which language somebody is written to.
pub(crate) struct Contact {
    /// Missing while a guest has not told it.
    pub(crate) email: Option<String>,
    /// Language of the mails.
    pub(crate) locale: Locale,
}

/// How to write to an account; none when it is gone.
///
/// # Errors
/// 503 when PostgreSQL does not answer.
pub(crate) async fn contact(app: &App, user: UserId) -> Result<Option<Contact>, Problem> {
    let row = app.accounts.row(user).await?;
    Ok(row.map(|row| Contact { email: row.email, locale: row.locale }))
}

/// Makes sure that the caller can be written to: a guest who has told no address yet tells it now.
///
/// # Errors
/// 422 that names the field.
pub(crate) async fn ensure_email(app: &App, caller: Caller, email: Option<&str>) -> Result<(), Problem> {
    let own = row(app, caller).await?;
    let email = match (own.guest, email) {
        (true, Some(email)) => normal(email),
        (true, None) if own.email.is_none() => {
            return Err(Problem::invalid("email", "is needed: the offer goes there"));
        }
        _ => return Ok(()),
    };
    let change = Change { email: Some(email), ..Change::default() };
    app.accounts.change(caller.user, change).await?;
    Ok(())
}

pub(super) async fn set_role(app: &App, caller: Caller, user: UserId, role: Role) -> Result<User, Problem> {
    caller.require(&[Role::Admin])?;
    if !store::set_role(&app.pool, user, role).await? {
        return Err(Problem::not_found("account"));
    }
    let row = app.accounts.row(user).await?;
    row.map(User::from).ok_or_else(|| Problem::not_found("account"))
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
        let (name, role) = ("Admin", Role::Admin);
        let admin = NewUser { id, email: &email, name, password_hash: &hash, role, locale: None };
        store::insert_user(pool, &admin).await?;
        id
    };
    store::set_role(pool, id, Role::Admin).await?;
    Ok(())
}
