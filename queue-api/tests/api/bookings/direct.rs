//! Direct demand: confirmed in the same response.

use http::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use shared::{
    domain::{Demand, HoldId, SeatState},
    locks::Released,
    testing::{eventually, sale::GOOD_CARD},
};

use super::{DECLINED_CARD, LOST_ANSWER_CARD, Shop};
use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_is_checked_out_paid_and_confirmed_at_once() {
    let shop = Shop::open(Demand::Direct).await;
    let fan = shop.api.fan().await;
    let hold = shop.hold_with(&fan, &[7, 8], &[(0, 1)], None).await;
    let checkout = shop.check_out(&fan, hold).await;
    assert_eq!(checkout.status, 200, "{}", checkout.json());
    let checkout = checkout.json();
    assert_eq!(checkout["payment"]["amount_minor"], 13_500);
    assert_eq!(checkout["payment"]["status"], "pending");
    assert_eq!(shop.check_out(&fan, hold).await.json(), checkout, "the same again");
    shop.booking(&fan, &checkout["booking_id"]).await.problem(404, "not-found");

    let answer = shop.pay(&fan, hold, GOOD_CARD, None).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    let booking = answer.json();
    assert_eq!(
        answer.headers["location"],
        format!("/api/bookings/{}", checkout["booking_id"].as_str().unwrap())
    );
    assert_eq!((&booking["id"], &booking["status"]), (&checkout["booking_id"], &json!("confirmed")));
    let items = booking["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["label"]), (3, &json!("Stalls · Row A · 8")));
    assert!(items.iter().all(|item| item["ticket"].is_string() && item["ticket_status"] == "valid"));
    // The money is taken behind the answer.
    shop.eventually_count("SELECT count(*) FROM payments WHERE status = 'captured'", 1).await;
    let booking = with_payment(booking, "captured");
    assert_eq!(shop.pay(&fan, hold, GOOD_CARD, None).await.json(), booking, "the same again");
    assert_eq!(shop.booking(&fan, &booking["id"]).await.json(), booking);

    shop.eventually_count("SELECT captured_minor FROM sandbox_gateway.charges", 13_500).await;
    eventually("sold", async || (shop.seat(7).await == SeatState::Sold).then_some(())).await;
    assert_eq!(shop.sale.count("SELECT count(*) FROM sandbox_gateway.charges").await, 1);
    assert_eq!(shop.sale.count("SELECT count(*) FROM outbox WHERE topic = 'booking.confirmed'").await, 1);
    shop.finish().await;
}

/// The same booking, its payment further on.
fn with_payment(mut booking: Value, status: &str) -> Value {
    booking["payment"] = json!(status);
    booking
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_card_keeps_the_seats_and_another_may_follow() {
    let shop = Shop::open(Demand::Direct).await;
    let fan = shop.api.fan().await;
    let hold = shop.hold(&fan, &[1]).await;
    shop.check_out(&fan, hold).await;
    for (card, reason) in [
        (DECLINED_CARD, "card_declined"),
        ("4000000000009995", "insufficient_funds"),
        ("378282246310005", "unknown_card"),
    ] {
        let problem = shop.pay(&fan, hold, card, None).await.problem(402, "payment-declined");
        assert_eq!(problem["reason"], reason);
    }
    assert_eq!(shop.seat(1).await, SeatState::Held);
    assert_eq!(shop.pay(&fan, hold, GOOD_CARD, None).await.status, 201);
    shop.eventually_count("SELECT count(*) FROM sandbox_gateway.charges WHERE status = 'captured'", 1).await;
    shop.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_declined_too_often_ends_the_payment() {
    let shop = Shop::open(Demand::Direct).await;
    let fan = shop.api.fan().await;
    let hold = shop.hold(&fan, &[1]).await;
    shop.check_out(&fan, hold).await;
    for _ in 0..10 {
        shop.pay(&fan, hold, DECLINED_CARD, None).await.problem(402, "payment-declined");
    }
    shop.pay(&fan, hold, GOOD_CARD, None).await.problem(410, "payment-over");
    shop.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_whose_answer_is_lost_charges_once() {
    let shop = Shop::open(Demand::Direct).await;
    let fan = shop.api.fan().await;
    let hold = shop.hold(&fan, &[1]).await;
    shop.check_out(&fan, hold).await;
    assert_eq!(shop.pay(&fan, hold, LOST_ANSWER_CARD, None).await.status, 201);
    assert_eq!(shop.sale.count("SELECT count(*) FROM sandbox_gateway.charges").await, 1);
    shop.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_broker_a_direct_booking_is_confirmed_and_the_outbox_waits() {
    let api = TestApp::start_with(|config| {
        config.engines.amqp_url = SecretString::from("amqp://guest:guest@127.0.0.1:1/%2f");
    })
    .await;
    let shop = Shop::on(api, Demand::Direct).await;
    let fan = shop.api.fan().await;
    let booking = shop.buy(&fan, &[1, 2]).await;
    assert_eq!(booking["status"], "confirmed");
    assert_eq!(shop.sale.count("SELECT count(*) FROM outbox WHERE published_at IS NULL").await, 1);
    shop.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_refused_and_changes_nothing() {
    let shop = Shop::open(Demand::Direct).await;
    let (fan, other) = (shop.api.fan().await, shop.api.fan().await);
    let hold = shop.hold(&fan, &[1]).await;
    shop.check_out(&other, hold).await.problem(404, "not-found");
    shop.check_out(&fan, HoldId::new()).await.problem(404, "not-found");
    shop.pay(&fan, hold, GOOD_CARD, None).await.problem(409, "not-checked-out");
    shop.check_out(&fan, hold).await;
    shop.pay(&other, hold, GOOD_CARD, None).await.problem(404, "not-found");
    let path = format!("/api/holds/{hold}/checkout");
    shop.api.post(&path, None, json!({})).await.problem(401, "unauthorized");
    for body in [json!({}), json!({"hold": "x"}), json!({"hold": hold, "payment_method": {"type": "gold"}})] {
        let answer = shop.api.call(Method::POST, "/api/bookings", Some(&fan.access_token), Some(body)).await;
        answer.problem(422, "invalid");
    }
    assert_eq!(
        shop.api.app.holds.release(shop.event(), hold, fan.id).await.unwrap(),
        Released::Done,
        "a hold that is only checked out can be given back"
    );
    shop.pay(&fan, hold, GOOD_CARD, None).await.problem(410, "hold-expired");
    let again = shop.hold(&fan, &[1]).await;
    sqlx::query("UPDATE events SET status = 'cancelled'").execute(&shop.sale.pool).await.unwrap();
    shop.api.app.events.forget(shop.event()).await;
    shop.check_out(&fan, again).await.problem(409, "not-on-sale");
    assert_eq!(shop.sale.count("SELECT count(*) FROM sandbox_gateway.charges").await, 0);
    shop.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bookings_are_listed_newest_first_page_by_page() {
    let shop = Shop::open(Demand::Direct).await;
    let (fan, other) = (shop.api.fan().await, shop.api.fan().await);
    let mut ids = Vec::new();
    for seat in 0..3 {
        ids.insert(0, shop.buy(&fan, &[seat]).await["id"].clone());
    }
    shop.buy(&other, &[9]).await;
    let token = Some(fan.access_token.as_str());
    let first = shop.api.get("/api/bookings?limit=2", token).await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = shop.api.get(&format!("/api/bookings?limit=2&cursor={cursor}"), token).await.json();
    assert!(second["next_cursor"].is_null());
    let listed = first["items"].as_array().unwrap().iter().chain(second["items"].as_array().unwrap());
    assert_eq!(listed.map(|item| item["id"].clone()).collect::<Vec<_>>(), ids);
    assert_eq!(first["items"][0]["event_title"], "Hamlet");
    shop.api.get("/api/bookings?limit=0", token).await.problem(422, "invalid");
    shop.api.get("/api/bookings?cursor=x", token).await.problem(422, "invalid");
    shop.api.get("/api/bookings", None).await.problem(401, "unauthorized");
    shop.finish().await;
}
