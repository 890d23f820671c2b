//! The looks at the speed of choosing and of paying: too fast for people is held back, an ordinary pace is not.

use http::Method;
use serde_json::json;
use shared::{
    domain::{Demand, HoldId, PlaceId},
    testing::sale::GOOD_CARD,
    tokens::PassClaims,
};
use uuid::{Timestamp, Uuid};

use super::{Pass, Shop};
use crate::support::{Account, TestApp};

/// Longer than any machine takes for a few calls.
const LEAST_MS: u32 = 600_000;
/// What somebody takes who is in no hurry.
const EASY_MS: i64 = 660_000;

impl Shop {
    /// A hold that was made so long ago.
    async fn hold_since(&self, fan: &Account, seat: u32, ms: i64) -> HoldId {
        let at_ms = (self.api.app.clock.now_ms() - ms).unsigned_abs();
        let nanos = u32::try_from(at_ms % 1_000).unwrap() * 1_000_000;
        let id = HoldId(Uuid::new_v7(Timestamp::from_unix(uuid::NoContext, at_ms / 1_000, nanos)));
        self.hold_as(id, fan, &[seat], &[], None).await
    }

    /// A pass that was given so long ago.
    async fn pass_since(&self, ordinal: u64, ms: i64) -> Pass {
        let pass = self.pass(ordinal, 60_000).await;
        let now_ms = self.api.app.clock.now_ms();
        let claims = PassClaims::new(PlaceId::new(), self.event(), ordinal, now_ms / 1_000 + 600);
        Pass { token: self.api.app.tokens.sign_pass(&claims.given_at(now_ms - ms)).unwrap(), ..pass }
    }
}

#[tokio::test]
async fn who_pays_faster_than_people_can_is_held_back_until_let_in() {
    let app = TestApp::start_with(|config| config.robots.least_paying_ms = LEAST_MS).await;
    let shop = Shop::on(app, Demand::Direct).await;
    let (fan, organiser) = (shop.api.fan().await, shop.organiser().await);
    let hold = shop.hold(&fan, &[1]).await;
    assert_eq!(shop.check_out(&fan, hold).await.status, 200);
    let held = shop.pay(&fan, hold, GOOD_CARD, None).await;
    let problem = held.problem(429, "held-back");
    assert_eq!((&problem["reason"], &problem["appeal"]["status"]), (&json!("paid_fast"), &json!("open")));
    assert!(held.headers.contains_key("retry-after"));
    shop.eventually_count("SELECT count(*) FROM payments WHERE captured_minor > 0", 0).await;

    let path = format!("/api/events/{}/appeals/{}", shop.event(), problem["code"].as_str().unwrap());
    let decision = Some(json!({"status": "let_in"}));
    let token = Some(organiser.access_token.as_str());
    let decided = shop.api.call(Method::PATCH, &path, token, decision).await.expect(200);
    assert_eq!(decided["facts"]["least_ms"], LEAST_MS);
    assert_eq!(shop.pay(&fan, hold, GOOD_CARD, None).await.status, 201, "with the same seats");
    shop.finish().await;
}

#[tokio::test]
async fn who_pays_at_an_ordinary_pace_is_not_held_back() {
    let app = TestApp::start_with(|config| config.robots.least_paying_ms = LEAST_MS).await;
    let shop = Shop::on(app, Demand::Direct).await;
    let fan = shop.api.fan().await;
    let hold = shop.hold_since(&fan, 1, EASY_MS).await;
    assert_eq!(shop.check_out(&fan, hold).await.status, 200);
    assert_eq!(shop.pay(&fan, hold, GOOD_CARD, None).await.status, 201);
    assert_eq!(shop.sale.count("SELECT count(*) FROM appeals").await, 0);
    shop.finish().await;
}

#[tokio::test]
async fn who_chooses_at_an_ordinary_pace_is_not_held_back() {
    let app = TestApp::start_with(|config| config.robots.least_choosing_ms = LEAST_MS).await;
    let shop = Shop::on(app, Demand::Queue).await;
    let holds = format!("/api/events/{}/holds", shop.event());
    for (ordinal, ms, status) in [(0, 0, 429), (1, EASY_MS, 201)] {
        let (fan, pass) = (shop.api.fan().await, shop.pass_since(ordinal, ms).await);
        let (headers, seats) = ([("onsale-pass", &*pass.token)], Some(json!({"seats": [ordinal]})));
        let held = shop.api.call_with(Method::POST, &holds, Some(&fan.access_token), &headers, seats).await;
        assert_eq!(held.status, status, "{}", held.json());
    }
    shop.finish().await;
}
