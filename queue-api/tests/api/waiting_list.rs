//! Joining a waiting list, one's place on it, leaving it, and buying what it offers.

use http::Method;
use serde_json::json;
use shared::{
    domain::{Demand, HoldId, Role},
    locks::{HoldOutcome, HoldRequest},
    testing::sale::GOOD_CARD,
};
use uuid::Uuid;

use crate::{
    bookings::Shop,
    support::{Account, TestApp},
};

/// A direct sale of one seat, 5; somebody holds it.
async fn sold_out(demand: Demand) -> (Shop, Account, HoldId) {
    let shop = Shop::open(demand).await;
    for statement in [
        "INSERT INTO blocked_seats SELECT id, seat FROM events, generate_series(0, 999) AS seat WHERE seat <> 5",
        "UPDATE area_stock SET sold = capacity",
    ] {
        sqlx::query(statement).execute(&shop.sale.pool).await.unwrap();
    }
    let fan = shop.api.fan().await;
    let hold = shop.hold(&fan, &[5]).await;
    (shop, fan, hold)
}

fn list(shop: &Shop) -> String {
    format!("/api/events/{}/waiting-list", shop.event())
}

async fn guest(api: &TestApp) -> String {
    let made = api.post("/api/auth/guest", None, json!({})).await.expect(201);
    made["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn one_joins_sees_ones_place_and_leaves() {
    let (shop, holder, hold) = sold_out(Demand::Direct).await;
    let (api, list) = (&shop.api, list(&shop));
    let fan = api.fan().await;
    let (token, wish) = (Some(fan.access_token.as_str()), json!({"quantity": 1, "tier": 0}));
    api.post(&list, None, wish.clone()).await.problem(401, "unauthorized");
    let wrong = api.post(&list, token, json!({"quantity": 5})).await.problem(422, "invalid");
    assert_eq!(wrong["errors"][0]["field"], "quantity");
    let wrong = api.post(&list, token, json!({"quantity": 1, "tier": 9})).await.problem(422, "invalid");
    assert_eq!(wrong["errors"][0]["field"], "tier");
    let entry = api.post(&list, token, wish.clone()).await.expect(201);
    assert_eq!((&entry["status"], &entry["ahead"]), (&json!("waiting"), &json!(0)));
    api.post(&list, token, wish.clone()).await.problem(409, "on-the-list");

    let guest = guest(api).await;
    let missing = api.post(&list, Some(&guest), json!({"quantity": 1})).await.problem(422, "invalid");
    assert_eq!(missing["errors"][0]["field"], "email");
    let told = json!({"quantity": 1, "email": "Guest@Example.test"});
    let entry = api.post(&list, Some(&guest), told).await.expect(201);
    assert_eq!(entry["ahead"], 1);
    assert_eq!(api.get("/api/me", Some(&guest)).await.json()["email"], "guest@example.test");
    let seen = api.get(&list, Some(&guest)).await.json();
    assert_eq!((&seen["open"], &seen["sold_out"]), (&json!(true), &json!(true)));
    assert_eq!(api.get(&list, None).await.json()["entry"], json!(null));

    // What is given back is kept for the list, and shown as taken.
    let held = format!("/api/holds/{hold}");
    let gone = api.call(Method::DELETE, &held, Some(&holder.access_token), None).await;
    assert_eq!(gone.status, 204);
    let holds = format!("/api/events/{}/holds", shop.event());
    let other = api.fan().await;
    api.post(&holds, Some(&other.access_token), json!({"seats": [5]})).await.problem(409, "seats-taken");

    assert_eq!(api.call(Method::DELETE, &list, token, None).await.status, 204);
    api.call(Method::DELETE, &list, token, None).await.problem(404, "not-found");
    assert_eq!(api.get(&list, Some(&guest)).await.json()["entry"]["ahead"], 0);
    shop.api.finish().await;
}

#[tokio::test]
async fn what_can_be_had_is_not_waited_for_and_an_organiser_switches_the_list_off() {
    let shop = Shop::open(Demand::Direct).await;
    let (api, list) = (&shop.api, list(&shop));
    let fan = api.fan().await;
    let (token, wish) = (Some(fan.access_token.as_str()), json!({"quantity": 2, "together": true}));
    api.post(&list, token, wish.clone()).await.problem(409, "not-sold-out");
    let admin = api.account(Role::Admin).await;
    let summary = format!("{list}/summary");
    let settings = json!({"enabled": false, "offer_minutes": 20});
    api.call(Method::PUT, &summary, token, Some(settings.clone())).await.problem(404, "not-found");
    let off = api.call(Method::PUT, &summary, Some(&admin.access_token), Some(settings)).await.expect(200);
    assert_eq!((&off["enabled"], &off["offer_minutes"]), (&json!(false), &json!(20)));
    api.post(&list, token, wish).await.problem(409, "waiting-list-off");
    assert_eq!(api.get(&list, None).await.json()["open"], false);
    shop.api.finish().await;
}

#[tokio::test]
async fn an_offer_behind_a_waiting_room_is_bought_without_a_pass() {
    let (shop, holder, hold) = sold_out(Demand::Queue).await;
    let (api, list) = (&shop.api, list(&shop));
    let fan = api.fan().await;
    let token = Some(fan.access_token.as_str());
    let wish = json!({"quantity": 1});
    api.post(&list, token, wish.clone()).await.problem(409, "not-sold-out");
    sqlx::query(
        "INSERT INTO waiting_rooms (event_id, phase, lobby_opens_at, opens_at, lease_cap, rate_per_minute,
                                    claim_window_seconds, pass_ttl_seconds, seed, seed_commitment)
         VALUES ($1, 'closed', now(), now(), 2, 3, 30, 300, decode(repeat('00', 32), 'hex'),
                 decode(repeat('00', 32), 'hex'))",
    )
    .bind(shop.event())
    .execute(&shop.sale.pool)
    .await
    .unwrap();
    api.post(&list, token, wish).await.expect(201);
    api.app.holds.release(shop.event(), hold, holder.id).await.unwrap();
    let request = HoldRequest {
        hold_id: HoldId::new(),
        event_id: shop.event(),
        user_id: fan.id,
        seats: vec![5],
        areas: Vec::new(),
        limit: 4,
        ttl_ms: 60_000,
        lease: None,
    };
    let offered = api.app.holds.hold_offered(&request).await.unwrap();
    assert!(matches!(offered, HoldOutcome::Held { .. }), "{offered:?}");
    let hold = request.hold_id;
    shop.check_out(&fan, hold).await;
    shop.pay(&fan, hold, GOOD_CARD, None).await.problem(403, "pass-needed");
    sqlx::query(
        "WITH entry AS (UPDATE waiting_list_entries SET status = 'offered' RETURNING id, event_id, user_id)
         INSERT INTO waiting_list_offers (id, entry_id, event_id, user_id, hold_id, seats, places, status, fence,
                                          ttl_ms, deadline)
         SELECT $1, id, event_id, user_id, $2, ARRAY[5], 0, 'offered', 1, 60000, now() + interval '1 minute'
         FROM entry",
    )
    .bind(Uuid::now_v7())
    .bind(hold)
    .execute(&shop.sale.pool)
    .await
    .unwrap();
    let seen = api.get(&list, token).await.json();
    assert_eq!(seen["entry"]["offer"]["hold"], json!(hold));
    shop.pay(&fan, hold, GOOD_CARD, None).await.expect(202);
    shop.api.finish().await;
}
