//! `demo`: loads the demo events through the API, as an organiser would. Loading them again changes nothing.

use std::io::Write as _;

use anyhow::{Context as _, ensure};
use clap::Parser;
use client::{Api, Call};
use demo::events::{self, DemoEvent};
use http::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use shared::clock::Clock;

#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// Address of the API.
    #[arg(long, default_value = "http://127.0.0.1:24000")]
    api: String,
    /// The administrator, who becomes the events' organiser.
    #[arg(long, env = "ONSALE_ADMIN_EMAIL")]
    admin_email: String,
    /// The administrator's password.
    #[arg(long, env = "ONSALE_ADMIN_PASSWORD", hide_env_values = true)]
    admin_password: SecretString,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let api = Api::new(&arguments.api);
    let credentials =
        json!({"email": arguments.admin_email, "password": arguments.admin_password.expose_secret()});
    let session = api.call(Call::post("/api/auth/login", &credentials)).await?.expect(200)?;
    let token = session["access_token"].as_str().context("an access token")?;
    for event in events::all(&Clock::System)? {
        let made = load(&api, token, &event).await.with_context(|| event.title)?;
        let said = if made { "loaded" } else { "was there" };
        writeln!(std::io::stdout(), "{said}: {}", event.title)?;
    }
    Ok(())
}

/// Loads one event; false when it was there.
async fn load(api: &Api, token: &str, demo: &DemoEvent) -> anyhow::Result<bool> {
    if is_there(api, demo.title).await? {
        return Ok(false);
    }
    let made = api.call(Call::post("/api/events", &demo.event).by(token)).await?.expect(201)?;
    let id = made["id"].as_str().context("an id")?;
    let seat_map = Call::new(Method::PUT, format!("/api/events/{id}/seat-map")).json(&json!(demo.seat_map));
    let drawn = api.call(seat_map.by(token)).await?;
    ensure!(drawn.status.is_success(), "its seat map: {} {}", drawn.status, drawn.json());
    let publish = Call::post(format!("/api/events/{id}/publish"), &json!({}));
    let published = api.call(publish.by(token)).await?;
    ensure!(published.status.is_success(), "publishing: {} {}", published.status, published.json());
    Ok(true)
}

async fn is_there(api: &Api, title: &str) -> anyhow::Result<bool> {
    let words: Vec<&str> =
        title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let list = api.call(Call::get(format!("/api/events?q={}", words.join("%20")))).await?.expect(200)?;
    let events = list["items"].as_array().context("a list of events")?;
    Ok(events.iter().any(|event| event["title"] == title))
}
