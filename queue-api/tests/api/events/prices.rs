//! Prices that change while fans choose and pay.

use http::Method;
use serde_json::{Value, json};
use shared::domain::Role;

use super::{SeatNews, a_seat_map, an_event, published};
use crate::support::{Account, Answer, TestApp};

/// Raises every price by ten pounds.
async fn raise(app: &TestApp, organiser: &Account, address: &str) -> Answer {
    let tiers = json!({"tiers": [{"tier": 0, "name": "Stalls", "price_minor": 5500},
                                 {"tier": 1, "name": "Pit", "price_minor": 2500}]});
    app.call(Method::PATCH, address, Some(&organiser.access_token), Some(tiers)).await
}

async fn event_version(app: &TestApp, address: &str) -> i64 {
    let snapshot = app.get(&format!("{address}/seats"), None).await;
    snapshot.headers["onsale-event-version"].to_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn open_pages_are_told_of_new_prices() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let address = published(&app, &organiser, an_event("Hamlet"), a_seat_map()).await;
    let before = event_version(&app, &address).await;
    let mut news = SeatNews::of(&app, &address).await;
    let raised = raise(&app, &organiser, &address).await;
    assert_eq!(raised.status, 200, "{raised:?}");
    let hash = raised.json()["seat_map"]["hash"].clone();
    assert_eq!(news.next().await.map.map(Value::from), Some(hash), "the same map, at other prices");
    assert!(event_version(&app, &address).await > before, "whoever missed it sees it with the next snapshot");
    app.finish().await;
}

#[tokio::test]
async fn a_payment_keeps_the_prices_it_was_opened_with() {
    let app = TestApp::start().await;
    let (organiser, fan) = (app.account(Role::Organiser).await, app.fan().await);
    let address = published(&app, &organiser, an_event("Hamlet"), a_seat_map()).await;
    let token = Some(fan.access_token.as_str());
    let hold = app.post(&format!("{address}/holds"), token, json!({"seats": [0, 1]})).await.json();
    let checkout = format!("/api/holds/{}/checkout", hold["id"].as_str().unwrap());
    let opened = app.post(&checkout, token, json!({})).await.json();
    assert_eq!((&opened["prices"], &opened["payment"]["amount_minor"]), (&json!([4500, 4500]), &json!(9000)));
    assert_eq!(raise(&app, &organiser, &address).await.status, 200);
    let again = app.post(&checkout, token, json!({})).await.json();
    assert_eq!((&again["prices"], &again["payment"]), (&opened["prices"], &opened["payment"]));
    app.finish().await;
}
