//! `demo`: loads the demo events and accounts through the API, as people would. Loading them again makes what is
//! missing, and the next sale with a lobby when the last one is over.

use std::io::Write as _;

use anyhow::{Context as _, ensure};
use clap::Parser;
use client::{Api, Call};
use demo::{
    accounts,
    events::{self, DemoEvent},
};
use http::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use shared::clock::Clock;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// Address of the API.
    #[arg(long, default_value = "http://127.0.0.1:24000")]
    api: String,
    /// The administrator, who organises some of the events.
    #[arg(long, env = "ONSALE_ADMIN_EMAIL")]
    admin_email: String,
    /// The administrator's password.
    #[arg(long, env = "ONSALE_ADMIN_PASSWORD", hide_env_values = true)]
    admin_password: SecretString,
    /// Password of the demo's organiser, door staff and fan; without it they are not made.
    #[arg(long, env = "ONSALE_DEMO_PASSWORD", hide_env_values = true)]
    demo_password: Option<SecretString>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let api = Api::new(&arguments.api);
    let admin = accounts::sign_in(&api, &arguments.admin_email, &arguments.admin_password).await?;
    let organiser = match &arguments.demo_password {
        Some(password) => accounts::load(&api, &admin, password).await?,
        None => admin.clone(),
    };
    for event in events::all(&Clock::System)? {
        let token = if event.by_organiser { &organiser } else { &admin };
        let made = load(&api, &admin, token, &event).await.with_context(|| event.title)?;
        let said = if made { "loaded" } else { "was there" };
        writeln!(std::io::stdout(), "{said}: {}", event.title)?;
    }
    Ok(())
}

/// Loads one event; false when it was there.
async fn load(api: &Api, admin: &str, token: &str, demo: &DemoEvent) -> anyhow::Result<bool> {
    if let Some(there) = find(api, demo).await? {
        if there["poster"].is_null() {
            hang(api, admin, there["id"].as_str().context("an id")?, demo).await?;
        }
        return Ok(false);
    }
    let made = api.call(Call::post("/api/events", &demo.event).by(token)).await?.expect(201)?;
    let id = made["id"].as_str().context("an id")?;
    let seat_map = Call::new(Method::PUT, format!("/api/events/{id}/seat-map")).json(&json!(demo.seat_map));
    let drawn = api.call(seat_map.by(token)).await?;
    ensure!(drawn.status.is_success(), "its seat map: {} {}", drawn.status, drawn.json());
    hang(api, token, id, demo).await?;
    let publish = Call::post(format!("/api/events/{id}/publish"), &json!({}));
    let published = api.call(publish.by(token)).await?;
    ensure!(published.status.is_success(), "publishing: {} {}", published.status, published.json());
    Ok(true)
}

/// Gives an event its poster.
async fn hang(api: &Api, token: &str, id: &str, demo: &DemoEvent) -> anyhow::Result<()> {
    let poster = Call::new(Method::PUT, format!("/api/events/{id}/poster")).body("image/webp", demo.poster);
    let hung = api.call(poster.by(token)).await?;
    ensure!(hung.status.is_success(), "its poster: {} {}", hung.status, hung.json());
    Ok(())
}

/// The event in the catalogue, unless it is time for the next one.
async fn find(api: &Api, demo: &DemoEvent) -> anyhow::Result<Option<Value>> {
    let words: Vec<&str> =
        demo.title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let list = api.call(Call::get(format!("/api/events?q={}", words.join("%20")))).await?.expect(200)?;
    let events = list["items"].as_array().context("a list of events")?;
    let now = Clock::System.now();
    let lasts = |event: &&Value| {
        let opened = event["sale_opens_at"].as_str().and_then(|at| OffsetDateTime::parse(at, &Rfc3339).ok());
        let over = demo.again_after.zip(opened).is_some_and(|(after, opened)| now > opened + after);
        let closed = demo.again_after.is_some() && event["phase"] == "closed";
        event["title"] == demo.title && !over && !closed
    };
    Ok(events.iter().find(lasts).cloned())
}
