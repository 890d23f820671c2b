//! People to try Onsale as: an organiser, door staff, a fan. Made as everybody makes an account; the administrator
//! gives them their roles.

use anyhow::Context as _;
use client::{Api, Call};
use http::{Method, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

/// Address, name and role of each.
const PEOPLE: [(&str, &str, &str); 3] = [
    (ORGANISER, "Olive Organiser", "organiser"),
    ("staff@onsale.example", "Sam Staff", "staff"),
    ("fan@onsale.example", "Fay Fan", "fan"),
];
const ORGANISER: &str = "organiser@onsale.example";

/// Makes those that are missing. The organiser's access token.
///
/// # Errors
/// When one cannot be made, or has another password.
pub async fn load(api: &Api, admin: &str, password: &SecretString) -> anyhow::Result<String> {
    for (email, name, role) in PEOPLE {
        let session = sign_in_or_up(api, email, name, password).await.context(email)?;
        let (id, has) = (&session["user"]["id"], &session["user"]["role"]);
        if has != role {
            let address = format!("/api/users/{}", id.as_str().context("an id")?);
            let call = Call::new(Method::PATCH, address).json(&json!({"role": role}));
            api.call(call.by(admin)).await?.expect(200).context(email)?;
        }
    }
    // Again: a token says the role it was given with.
    sign_in(api, ORGANISER, password).await
}

/// Signs in; the access token.
///
/// # Errors
/// When the password is another.
pub async fn sign_in(api: &Api, email: &str, password: &SecretString) -> anyhow::Result<String> {
    let credentials = json!({"email": email, "password": password.expose_secret()});
    let session = api.call(Call::post("/api/auth/login", &credentials)).await?.expect(200)?;
    Ok(session["access_token"].as_str().context("an access token")?.to_owned())
}

async fn sign_in_or_up(api: &Api, email: &str, name: &str, password: &SecretString) -> anyhow::Result<Value> {
    let account = json!({"email": email, "name": name, "password": password.expose_secret()});
    let registered = api.call(Call::post("/api/auth/register", &account)).await?;
    if registered.status != StatusCode::CONFLICT {
        return registered.expect(201);
    }
    let credentials = json!({"email": email, "password": password.expose_secret()});
    api.call(Call::post("/api/auth/login", &credentials)).await?.expect(200)
}
