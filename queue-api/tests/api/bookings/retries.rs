//! Whatever is retried, nothing happens twice.

use std::sync::Arc;

use futures_util::future::join_all;
use http::Method;
use serde_json::{Value, json};
use shared::{
    domain::{Demand, SeatState},
    testing::{eventually, sale::GOOD_CARD},
};

use super::Shop;

#[tokio::test(flavor = "multi_thread")]
async fn thirty_clicks_at_once_make_one_booking_and_one_charge() {
    let shop = Arc::new(Shop::open(Demand::Direct).await);
    let fan = shop.api.fan().await;
    let hold = shop.hold(&fan, &[1, 2]).await;
    shop.check_out(&fan, hold).await;
    let clicks = (0..30).map(|_| shop.pay(&fan, hold, GOOD_CARD, None));
    let mut ids: Vec<Value> = Vec::new();
    for answer in join_all(clicks).await {
        match answer.status.as_u16() {
            201 => ids.push(answer.json()["id"].clone()),
            _ => {
                answer.problem(409, "request-under-way");
            }
        }
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(shop.pay(&fan, hold, GOOD_CARD, None).await.json()["id"], ids[0]);
    assert_eq!(shop.sale.count("SELECT count(*) FROM sandbox_gateway.charges").await, 1);
    assert_eq!(shop.sale.count("SELECT count(*) FROM bookings").await, 1);
    assert_eq!(shop.sale.count("SELECT count(*) FROM tickets").await, 2);
    shop.eventually_count("SELECT captured_minor FROM sandbox_gateway.charges", 9_000).await;
    Arc::into_inner(shop).unwrap().finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_idempotency_key_gives_the_same_answer() {
    let shop = Shop::open(Demand::Direct).await;
    let fan = shop.api.fan().await;
    let hold = shop.hold(&fan, &[1]).await;
    shop.check_out(&fan, hold).await;
    let body = json!({"hold": hold, "payment_method": {"type": "sandbox_card", "number": GOOD_CARD}});
    let headers = [("idempotency-key", "a key")];
    let token = Some(fan.access_token.as_str());
    let call = || shop.api.call_with(Method::POST, "/api/bookings", token, &headers, Some(body.clone()));
    let (first, again) = (call().await, call().await);
    assert_eq!((first.status.as_u16(), first.json()), (again.status.as_u16(), again.json()));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    shop.finish().await;
}

/// Redis forgets the first hold; another fan holds the same seat; PostgreSQL gives it to one of them.
#[tokio::test(flavor = "multi_thread")]
async fn after_redis_lost_its_memory_a_seat_is_still_sold_once() {
    let shop = Shop::open(Demand::Direct).await;
    let (first, second) = (shop.api.fan().await, shop.api.fan().await);
    let lost = shop.hold(&first, &[1]).await;
    shop.check_out(&first, lost).await;
    shop.api.engines.lose_redis().await;
    let hold = shop.hold(&second, &[1]).await;
    shop.check_out(&second, hold).await;
    let (early, late) =
        tokio::join!(shop.pay(&first, lost, GOOD_CARD, None), shop.pay(&second, hold, GOOD_CARD, None));
    early.problem(410, "hold-expired");
    assert_eq!(late.status, 201);
    eventually("sold", async || (shop.seat(1).await == SeatState::Sold).then_some(())).await;
    assert_eq!(shop.sale.count("SELECT count(*) FROM tickets").await, 1);
    assert_eq!(shop.sale.count("SELECT count(*) FROM sandbox_gateway.charges").await, 1);
    shop.finish().await;
}
