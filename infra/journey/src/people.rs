//! Who takes part.

use anyhow::Context as _;
use client::{Api, Call};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use uuid::Uuid;

/// Somebody with an account.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) token: String,
}

/// Those behind the counter.
pub(crate) struct Crew {
    pub(crate) organiser: Person,
    pub(crate) staff: Person,
}

impl Crew {
    /// Registers an organiser and a staff member and has the administrator give them their roles.
    pub(crate) async fn gather(api: &Api, admin: &str, password: &SecretString) -> anyhow::Result<Self> {
        let admin = sign_in(api, admin, password.expose_secret()).await.context("the administrator")?;
        let mut crew = Vec::new();
        for (role, name) in [("organiser", "Olga Organiser"), ("staff", "Dora Door")] {
            let password = Uuid::new_v4().to_string();
            let (email, session) = register(api, name, &password).await?;
            let id = session["user"]["id"].as_str().context("an id")?;
            let change =
                Call::new(http::Method::PATCH, format!("/api/users/{id}")).json(&json!({"role": role}));
            api.call(change.by(&admin)).await?.expect(200)?;
            // The role stands in the token, so it takes a new one.
            let token = sign_in(api, &email, &password).await?;
            crew.push(Person { email, name: name.to_owned(), token });
        }
        let staff = crew.pop().context("staff")?;
        let organiser = crew.pop().context("organiser")?;
        Ok(Self { organiser, staff })
    }
}

impl Person {
    /// A new fan.
    pub(crate) async fn fan(api: &Api, name: &str) -> anyhow::Result<Self> {
        let (email, session) = register(api, name, &Uuid::new_v4().to_string()).await?;
        let token = session["access_token"].as_str().context("an access token")?.to_owned();
        Ok(Self { email, name: name.to_owned(), token })
    }
}

async fn register(api: &Api, name: &str, password: &str) -> anyhow::Result<(String, Value)> {
    let email = format!("{}@fans.example", Uuid::now_v7().simple());
    let input = json!({"email": email, "name": name, "password": password});
    let session = api.call(Call::post("/api/auth/register", &input)).await?.expect(201)?;
    Ok((email, session))
}

async fn sign_in(api: &Api, email: &str, password: &str) -> anyhow::Result<String> {
    let input = json!({"email": email, "password": password});
    let session = api.call(Call::post("/api/auth/login", &input)).await?.expect(200)?;
    Ok(session["access_token"].as_str().context("an access token")?.to_owned())
}
