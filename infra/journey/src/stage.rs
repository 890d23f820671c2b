//! What several journeys do: set up an event, hold, pay, watch the booking.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use client::{Answer, Call};
use serde_json::{Value, json};
use shared::domain::SeatMapDocument;
use time::format_description::well_known::Rfc3339;
use tokio::time::Instant;
use uuid::Uuid;

use crate::{World, people::Person};

/// The sandbox gateway's card that always pays.
pub(crate) const GOOD_CARD: &str = "4242424242424242";
/// The sandbox gateway's card that is always declined.
pub(crate) const DECLINED_CARD: &str = "4000000000000002";

/// `seconds` from now, as the API takes it.
pub(crate) fn in_seconds(seconds: i64) -> anyhow::Result<String> {
    let now = shared::clock::Clock::System.now();
    Ok((now + time::Duration::seconds(seconds)).format(&Rfc3339)?)
}

/// Milliseconds since the Unix epoch.
pub(crate) fn now_ms() -> i64 {
    shared::clock::Clock::System.now_ms()
}

/// What an event of a journey is like, over what all have in common.
pub(crate) fn event(title: &str, more: &Value) -> anyhow::Result<Value> {
    let mut event = json!({
        "title": format!("{title} {}", Uuid::new_v4().simple()),
        "description": "Made by the journey.",
        "category": "concert",
        "venue": "The Journey's House",
        "city": "Vienna",
        "time_zone": "Europe/Vienna",
        "starts_at": in_seconds(30 * 86_400)?,
        "sale_opens_at": in_seconds(-60)?,
        "demand": "direct",
        "currency": "EUR",
        "tickets_per_person": 6,
        "cancel_until_minutes": 60,
        "tiers": [
            {"tier": 0, "name": "Gold", "price_minor": 9000},
            {"tier": 1, "name": "Silver", "price_minor": 6000},
            {"tier": 2, "name": "Bronze", "price_minor": 3500},
        ],
    });
    let (Some(event_fields), Some(more)) = (event.as_object_mut(), more.as_object()) else {
        anyhow::bail!("an event is an object");
    };
    event_fields.extend(more.clone());
    Ok(event)
}

impl World {
    /// Makes an event with a seat map and publishes it.
    pub(crate) async fn publish(&self, event: &Value, seat_map: &SeatMapDocument) -> anyhow::Result<String> {
        let by = &self.crew.organiser.token;
        let made = self.api.call(Call::post("/api/events", event).by(by)).await?.expect(201)?;
        let id = text(&made["id"])?;
        let map =
            Call::new(http::Method::PUT, format!("/api/events/{id}/seat-map")).json(&json!(seat_map)).by(by);
        let map = self.api.call(map).await?;
        ensure!(map.status.is_success(), "seat map: {} {}", map.status, map.json());
        let publish = Call::post(format!("/api/events/{id}/publish"), &json!({}));
        let published = self.api.call(publish.by(by)).await?;
        ensure!(published.status.is_success(), "publishing: {} {}", published.status, published.json());
        Ok(id)
    }

    /// Asks for a hold; whatever the answer.
    pub(crate) async fn try_hold(
        &self,
        event: &str,
        fan: &Person,
        pass: Option<&str>,
        wanted: &Value,
    ) -> anyhow::Result<Answer> {
        let mut call = Call::post(format!("/api/events/{event}/holds"), wanted).by(&fan.token);
        if let Some(pass) = pass {
            call = call.header("onsale-pass", pass);
        }
        self.api.call(call).await
    }

    /// Starts the payment of a hold; gives the checkout.
    pub(crate) async fn check_out(&self, fan: &Person, hold: &str) -> anyhow::Result<Value> {
        let call = Call::post(format!("/api/holds/{hold}/checkout"), &json!({})).by(&fan.token);
        let answer = self.api.call(call).await?;
        ensure!(answer.status.is_success(), "checkout: {} {}", answer.status, answer.json());
        Ok(answer.json())
    }

    /// Pays and books; whatever the answer. Sent twice under one key, as a nervous finger does: both answers must
    /// be the same.
    pub(crate) async fn pay(
        &self,
        fan: &Person,
        hold: &str,
        pass: Option<&str>,
        card: &str,
    ) -> anyhow::Result<Answer> {
        let input = json!({"hold": hold, "payment_method": {"type": "sandbox_card", "number": card}});
        let key = Uuid::new_v4().to_string();
        let mut call = Call::post("/api/bookings", &input).by(&fan.token).header("idempotency-key", key);
        if let Some(pass) = pass {
            call = call.header("onsale-pass", pass);
        }
        let first = self.api.call(call.clone()).await?;
        let second = self.api.call(call).await?;
        ensure!(
            first.status == second.status && first.json()["id"] == second.json()["id"],
            "the same request was answered {} {} and then {} {}",
            first.status,
            first.json(),
            second.status,
            second.json()
        );
        Ok(first)
    }

    /// Waits until a booking has the status.
    pub(crate) async fn booking_becomes(
        &self,
        fan: &Person,
        booking: &str,
        status: &str,
    ) -> anyhow::Result<Value> {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let call = Call::get(format!("/api/bookings/{booking}")).by(&fan.token);
            let now = self.api.call(call).await?.expect(200)?;
            if now["status"] == status {
                return Ok(now);
            }
            ensure!(Instant::now() < deadline, "the booking is {} and not {status}: {now}", now["status"]);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Indexes of the seats in these states (0 available, 1 held, 2 sold, 3 blocked), from the live view.
    pub(crate) async fn seat_states(&self, event: &str) -> anyhow::Result<Vec<u8>> {
        let call =
            Call::get(format!("/api/events/{event}/seats")).header("accept", "application/octet-stream");
        let answer = self.api.call(call).await?;
        ensure!(answer.status.is_success(), "seats: {}", answer.status);
        let states = answer.body.iter().flat_map(|byte| [byte >> 6, byte >> 4 & 3, byte >> 2 & 3, byte & 3]);
        Ok(states.collect())
    }
}

/// A text in an answer.
pub(crate) fn text(value: &Value) -> anyhow::Result<String> {
    value.as_str().map(ToOwned::to_owned).with_context(|| format!("a text was due, not {value}"))
}
