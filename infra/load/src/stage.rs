//! The event that is sold, and what its organiser does with it.

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use client::{Answer, Api, Call};
use demo::accounts;
use http::{Method, StatusCode};
use secrecy::SecretString;
use serde_json::{Value, json};
use shared::clock::{Clock, from_unix_ms};
use time::format_description::well_known::Rfc3339;

use crate::scenario::Scenario;

/// How long everybody may take to leave a room that was closed, beside the time that passes live.
const LEAVING: Duration = Duration::from_secs(60);

const DAY_MS: i64 = 86_400_000;

/// Who sells: the demo's organiser, whom the administrator makes one.
#[derive(Args)]
pub(crate) struct Organiser {
    #[arg(long, env = "ONSALE_ADMIN_EMAIL")]
    admin_email: String,
    #[arg(long, env = "ONSALE_ADMIN_PASSWORD", hide_env_values = true)]
    admin_password: SecretString,
    #[arg(long, env = "ONSALE_DEMO_PASSWORD", hide_env_values = true)]
    demo_password: SecretString,
}

/// The organiser, and any API that answers.
pub(crate) struct Stage {
    apis: Vec<Api>,
    token: String,
}

impl Stage {
    /// Signs the demo's organiser in.
    pub(crate) async fn enter(apis: &[String], who: &Organiser) -> anyhow::Result<Self> {
        let apis: Vec<Api> = apis.iter().map(|api| Api::new(api)).collect();
        let first = apis.first().context("no API runs")?;
        let admin = accounts::sign_in(first, &who.admin_email, &who.admin_password).await;
        let admin = admin.context("the administrator")?;
        let token = accounts::load(first, &admin, &who.demo_password).await.context("the organiser")?;
        Ok(Self { apis, token })
    }

    /// Makes the event and publishes it; its lobby is open. Its id.
    pub(crate) async fn publish(&self, scenario: &Scenario, opens_at_ms: i64) -> anyhow::Result<String> {
        let room = &scenario.room;
        let event = json!({
            "title": scenario.title,
            "description": "A rehearsal.",
            "category": "concert",
            "venue": "The Rehearsal's House",
            "city": "Vienna",
            "time_zone": "Europe/Vienna",
            "starts_at": rfc3339(opens_at_ms + 30 * DAY_MS)?,
            "sale_opens_at": rfc3339(opens_at_ms)?,
            "demand": "queue",
            "currency": "EUR",
            "hold_seconds": scenario.hold_seconds,
            "tickets_per_person": scenario.people.tickets.max(4),
            "tiers": tiers(),
            "waiting_room": {
                "lease_cap": room.lease_cap,
                "rate_per_minute": room.rate_per_minute,
                "claim_window_seconds": room.claim_window_seconds,
                "grace_seconds": room.grace_seconds,
                "pass_ttl_seconds": room.pass_ttl_seconds,
                "lobby_minutes": scenario.arrival.lobby_seconds / 60 + 2,
            },
        });
        self.make(&event, &json!(scenario.venue.seat_map())).await
    }

    /// Makes an event without a waiting room, on sale now, with the tiers 0 to 2. Its id.
    pub(crate) async fn sell_directly(&self, title: &str, seat_map: &Value) -> anyhow::Result<String> {
        let now = now_ms();
        let event = json!({
            "title": title,
            "description": "A benchmark.",
            "category": "sport",
            "venue": "The Rehearsal's House",
            "city": "Vienna",
            "time_zone": "Europe/Vienna",
            "starts_at": rfc3339(now + 30 * DAY_MS)?,
            "sale_opens_at": rfc3339(now - 1_000)?,
            "demand": "direct",
            "currency": "EUR",
            "tickets_per_person": 4,
            "tiers": tiers(),
        });
        self.make(&event, seat_map).await
    }

    async fn make(&self, event: &Value, seat_map: &Value) -> anyhow::Result<String> {
        let made = self.ask(Call::post("/api/events", event)).await?.expect(201)?;
        let id = made["id"].as_str().context("an id")?.to_owned();
        let seat_map = Call::new(Method::PUT, format!("/api/events/{id}/seat-map")).json(seat_map);
        succeeded(&self.ask(seat_map).await?, "its seat map")?;
        let publish = Call::post(format!("/api/events/{id}/publish"), &json!({}));
        succeeded(&self.ask(publish).await?, "publishing")?;
        Ok(id)
    }

    /// Cancels an event.
    pub(crate) async fn cancel(&self, event: &str) -> anyhow::Result<()> {
        let call = Call::post(format!("/api/events/{event}/cancel"), &json!({}));
        succeeded(&self.ask(call).await?, "cancelling")
    }

    /// Closes the room; one that was sold out stays closed.
    pub(crate) async fn close(&self, event: &str) -> anyhow::Result<()> {
        self.change(event, &json!({"phase": "closed"})).await
    }

    /// Changes the room.
    pub(crate) async fn change(&self, event: &str, change: &Value) -> anyhow::Result<()> {
        let call = Call::new(Method::PATCH, format!("/api/events/{event}/waiting-room")).json(change);
        succeeded(&self.ask(call).await?, "changing the room")
    }

    /// "Admit n now".
    pub(crate) async fn admit(&self, event: &str, count: u32) -> anyhow::Result<()> {
        let path = format!("/api/events/{event}/waiting-room/admit");
        succeeded(&self.ask(Call::post(path, &json!({"count": count}))).await?, "admitting")
    }

    /// The evidence pack, once it is final.
    pub(crate) async fn evidence(&self, event: &str, scenario: &Scenario) -> anyhow::Result<String> {
        let most = LEAVING + Duration::from_secs(scenario.room.pass_ttl_seconds.into());
        let deadline = tokio::time::Instant::now() + most;
        loop {
            let path = format!("/api/events/{event}/waiting-room/evidence");
            let answer = self.ask(Call::get(path)).await?;
            succeeded(&answer, "the evidence pack")?;
            let pack = String::from_utf8(answer.body.to_vec()).context("the pack is no text")?;
            let head: Value = serde_json::from_str(pack.lines().next().unwrap_or_default())?;
            if head["final"] == true {
                return Ok(pack);
            }
            if tokio::time::Instant::now() > deadline {
                bail!("the evidence pack is not final {} s after the room was closed", most.as_secs());
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// Asks the first API that answers, again while it is told to come later.
    async fn ask(&self, call: Call) -> anyhow::Result<Answer> {
        let call = call.by(&self.token);
        let mut last = None;
        for _ in 0..30 {
            for api in &self.apis {
                match api.call(call.clone()).await {
                    Ok(answer) if answer.status != StatusCode::SERVICE_UNAVAILABLE => return Ok(answer),
                    Ok(answer) => last = Some(anyhow::anyhow!("503: {}", answer.json())),
                    Err(error) => last = Some(error),
                }
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        Err(last.unwrap_or_else(|| anyhow::anyhow!("no API"))).context("no API answers")
    }
}

fn tiers() -> Value {
    json!([
        {"tier": 0, "name": "Gold", "price_minor": 9_000},
        {"tier": 1, "name": "Silver", "price_minor": 6_000},
        {"tier": 2, "name": "Bronze", "price_minor": 3_500},
    ])
}

fn succeeded(answer: &Answer, what: &str) -> anyhow::Result<()> {
    ensure!(answer.status.is_success(), "{what}: {} {}", answer.status, answer.json());
    Ok(())
}

/// The time of the clock that everybody goes by.
pub(crate) fn now_ms() -> i64 {
    Clock::System.now_ms()
}

fn rfc3339(at_ms: i64) -> anyhow::Result<String> {
    Ok(from_unix_ms(at_ms).format(&Rfc3339)?)
}
