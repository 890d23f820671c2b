//! Events, seat maps, the catalogue.

mod blocking;
mod catalogue;
mod exchange;
mod lists;
mod organising;
mod prices;
mod seat_maps;

use fred::{
    clients::SubscriberClient,
    interfaces::{ClientLike as _, EventInterface as _, PubsubInterface as _},
    types::Message,
};
use serde_json::{Value, json};
use shared::{clock::Clock, contracts::live::SeatChanges, domain::EventId};
use time::{Duration, format_description::well_known::Rfc3339};
use tokio::sync::broadcast::Receiver;

use crate::support::{Account, TestApp};

/// What is said of an event's seats to whoever looks at them.
pub(crate) struct SeatNews {
    messages: Receiver<Message>,
    _subscriber: SubscriberClient,
}

impl SeatNews {
    pub(crate) async fn of(app: &TestApp, address: &str) -> Self {
        let event: EventId = address.rsplit('/').next().unwrap().parse().unwrap();
        let subscriber = app.app.redis.subscriber().unwrap();
        let messages = subscriber.message_rx();
        subscriber.wait_for_connect().await.unwrap();
        subscriber.subscribe(app.app.redis.event(event).seats_channel()).await.unwrap();
        Self { messages, _subscriber: subscriber }
    }

    pub(crate) async fn next(&mut self) -> SeatChanges {
        let told = self.messages.recv().await.unwrap().value.as_string().unwrap();
        serde_json::from_str(&told).unwrap()
    }
}

/// A time from now, as the API takes it.
pub(crate) fn in_hours(hours: i64) -> String {
    (Clock::System.now() + Duration::hours(hours)).format(&Rfc3339).unwrap()
}

/// A direct event that is on sale, with two tiers.
pub(crate) fn an_event(title: &str) -> Value {
    json!({
        "title": title, "category": "theatre", "venue": "Globe", "city": "London",
        "time_zone": "Europe/London", "starts_at": in_hours(24), "sale_opens_at": in_hours(-1),
        "demand": "direct", "currency": "GBP", "tickets_per_person": 6, "hold_seconds": 300,
        "tiers": [{"tier": 0, "name": "Stalls", "price_minor": 4500},
                  {"tier": 1, "name": "Pit", "price_minor": 1500}],
    })
}

/// Five rows of twenty in tier 0, the last seat blocked, and a pit for fifty in tier 1.
pub(crate) fn a_seat_map() -> Value {
    json!({
        "sections": [{"name": "Stalls", "x_cm": 0, "y_cm": 0,
                      "rows": [{"count": 5, "seats": 20, "tier": 0}], "aisles": [10]}],
        "areas": [{"name": "Pit", "capacity": 50, "tier": 1,
                   "shape": {"kind": "rectangle", "x_cm": 0, "y_cm": -900, "width_cm": 900, "height_cm": 400}}],
        "blocked": [99],
    })
}

/// Makes a draft and answers its address.
pub(crate) async fn draft(app: &TestApp, organiser: &Account, event: Value) -> String {
    let made = app.post("/api/events", Some(&organiser.access_token), event).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.headers["location"].to_str().unwrap().to_owned()
}

/// Makes and publishes an event and answers its address.
pub(crate) async fn published(app: &TestApp, organiser: &Account, event: Value, seat_map: Value) -> String {
    let address = draft(app, organiser, event).await;
    let token = Some(organiser.access_token.as_str());
    let drawn = app.call(http::Method::PUT, &format!("{address}/seat-map"), token, Some(seat_map)).await;
    assert_eq!(drawn.status, 200, "{drawn:?}");
    let published = app.post(&format!("{address}/publish"), token, json!({})).await;
    assert_eq!(published.status, 200, "{published:?}");
    address
}
