//! Buying: as a guest, the best seats there are, with a card that pays.

use std::time::{Duration, Instant};

use client::Call;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{fan::Fan, life::End};

/// The sandbox gateway's card that always pays.
const CARD: &str = "4242424242424242";
/// How often somebody whose seats were taken a moment ago tries again.
const TRIES: usize = 5;
/// How long a fan looks at the page that says "we are booking".
const PATIENCE: Duration = Duration::from_secs(120);

/// Buys; how it ended.
pub(crate) async fn buy(fan: &mut Fan<'_>, pass: &str) -> End {
    let Some(token) = sign_in(fan).await else { return End::GaveBack };
    let hold = match hold(fan, &token, pass).await {
        Ok(hold) => hold,
        Err(end) => return end,
    };
    let call = Call::post(format!("/api/holds/{hold}/checkout"), &json!({}));
    let checked_out = fan.ask("checkout", call.by(&token)).await;
    if !checked_out.is_some_and(|answer| answer.status.is_success()) {
        return End::Missed;
    }
    fan.think().await;
    pay(fan, &token, pass, &hold).await
}

/// A guest with a name and an address.
async fn sign_in(fan: &Fan<'_>) -> Option<String> {
    let session = fan.ask("guest", Call::post("/api/auth/guest", &json!({}))).await?.json();
    let token = session["access_token"].as_str()?.to_owned();
    let told =
        json!({"name": format!("Fan {}", fan.number), "email": format!("fan-{}@fans.example", fan.number)});
    let call = Call::new(Method::PATCH, "/api/me").json(&told).by(&token);
    fan.ask("name", call).await.filter(|answer| answer.status.is_success()).map(|_| token)
}

async fn hold(fan: &mut Fan<'_>, token: &str, pass: &str) -> Result<String, End> {
    let wanted = json!({"best_available": {"quantity": fan.world.plan.scenario.people.tickets}});
    for _ in 0..TRIES {
        let call = Call::post(format!("/api/events/{}/holds", fan.world.plan.event), &wanted);
        let call = call.by(token).header("onsale-pass", pass);
        let Some(answer) = fan.ask("hold", call).await else { return Err(End::GaveBack) };
        match (answer.status, answer.json()) {
            (StatusCode::CREATED, hold) => {
                return hold["id"].as_str().map(ToOwned::to_owned).ok_or(End::Missed);
            }
            (StatusCode::CONFLICT, problem) if is_collision(&problem) => {
                fan.world.tally.count("hold: taken by another", 1);
                fan.think().await;
            }
            (StatusCode::CONFLICT, _) => return Err(End::SoldOut),
            _ => return Err(End::Missed),
        }
    }
    Err(End::SoldOut)
}

fn is_collision(problem: &Value) -> bool {
    problem["type"] == "urn:onsale:problem:seats-taken"
}

/// Pays, and waits for the booking.
async fn pay(fan: &mut Fan<'_>, token: &str, pass: &str, hold: &str) -> End {
    let input = json!({"hold": hold, "payment_method": {"type": "sandbox_card", "number": CARD}});
    let call = Call::post("/api/bookings", &input).by(token).header("onsale-pass", pass);
    let call = call.header("idempotency-key", Uuid::new_v4().to_string());
    let Some(answer) = fan.ask("pay", call).await else { return End::NotBooked };
    let Some(booking) = answer.json()["id"].as_str().map(ToOwned::to_owned) else { return End::Missed };
    fan.life.booking = Some(booking.clone());
    fan.life.accepted_ms = Some(fan.world.now_ms());
    fan.world.tally.count("bookings accepted", 1);
    let accepted = Instant::now();
    while accepted.elapsed() < PATIENCE {
        let call = Call::get(format!("/api/bookings/{booking}")).by(token);
        let status = fan.ask("booking", call).await.map(|answer| answer.json()["status"].clone());
        match status.as_ref().and_then(Value::as_str) {
            Some("confirmed") => {
                fan.world.tally.since("accepted to confirmed", accepted);
                fan.world.tally.count("bookings confirmed", 1);
                return End::Bought;
            }
            Some("rejected" | "cancelled" | "refunded") => return End::NotBooked,
            _ => tokio::time::sleep(Duration::from_millis(500)).await,
        }
    }
    End::NotBooked
}
