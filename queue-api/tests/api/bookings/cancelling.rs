//! Cancelling: who may, until when, and that money and seats return once.

use futures_util::future::join_all;
use serde_json::json;
use shared::domain::{Demand, SeatState};

use super::Shop;

async fn settled(shop: &Shop) {
    shop.eventually_count("SELECT count(*) FROM payments WHERE status <> 'captured'", 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fan_cancels_and_everything_returns_once() {
    let shop = Shop::open(Demand::Direct).await;
    let fan = shop.api.fan().await;
    let booking = shop.buy(&fan, &[1, 2]).await;
    settled(&shop).await;
    let answers = join_all((0..10).map(|_| shop.cancel(&fan, &booking["id"]))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let after = shop.booking(&fan, &booking["id"]).await.json();
    assert_eq!(after["status"], "refunded");
    assert!(after["cancelled_at"].is_string());
    assert!(after["items"].as_array().unwrap().iter().all(|item| item["ticket_status"] == "cancelled"));
    assert_eq!(shop.sale.count("SELECT refunded_minor FROM sandbox_gateway.charges").await, 9_000);
    assert_eq!(shop.sale.count("SELECT count(*) FROM outbox WHERE topic = 'booking.cancelled'").await, 1);
    assert_eq!(shop.seat(1).await, SeatState::Available);
    let next = shop.api.fan().await;
    assert_eq!(shop.buy(&next, &[1, 2]).await["status"], "confirmed", "others can have the seats");
    shop.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_before_the_capture_lets_the_money_go() {
    let shop = Shop::open(Demand::Direct).await;
    let fan = shop.api.fan().await;
    let hold = shop.hold(&fan, &[1]).await;
    shop.check_out(&fan, hold).await;
    let booking = shop.pay(&fan, hold, shared::testing::sale::SLOW_CAPTURE_CARD, None).await.json();
    assert_eq!(shop.cancel(&fan, &booking["id"]).await.status, 200);
    shop.eventually_count("SELECT count(*) FROM bookings WHERE status = 'refunded'", 1).await;
    let kept = "SELECT captured_minor - refunded_minor FROM sandbox_gateway.charges";
    assert_eq!(shop.sale.count(kept).await, 0);
    shop.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_it_is_too_late_only_the_organiser_cancels() {
    let shop = Shop::open(Demand::Direct).await;
    let (fan, stranger, organiser) = (shop.api.fan().await, shop.api.fan().await, shop.organiser().await);
    let booking = shop.buy(&fan, &[1]).await;
    settled(&shop).await;
    shop.cancel(&stranger, &booking["id"]).await.problem(404, "not-found");
    shop.booking(&stranger, &booking["id"]).await.problem(404, "not-found");
    sqlx::query("UPDATE events SET cancel_until_minutes = 100000").execute(&shop.sale.pool).await.unwrap();
    shop.api.app.events.forget(shop.event()).await;
    shop.cancel(&fan, &booking["id"]).await.problem(409, "cancellation-closed");
    assert_eq!(shop.booking(&organiser, &booking["id"]).await.json()["status"], "confirmed");
    assert_eq!(shop.cancel(&organiser, &booking["id"]).await.json()["status"], "refunded");
    shop.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_ticket_cannot_be_cancelled() {
    let shop = Shop::open(Demand::Direct).await;
    let fan = shop.api.fan().await;
    let booking = shop.buy(&fan, &[1, 2]).await;
    settled(&shop).await;
    sqlx::query("UPDATE tickets SET status = 'used', used_at = now() WHERE seat_index = 1")
        .execute(&shop.sale.pool)
        .await
        .unwrap();
    shop.cancel(&fan, &booking["id"]).await.problem(409, "ticket-used");
    let unknown = json!(shared::domain::BookingId::new());
    shop.cancel(&fan, &unknown).await.problem(404, "not-found");
    assert_eq!(shop.booking(&fan, &booking["id"]).await.json()["status"], "confirmed");
    assert_eq!(shop.sale.count("SELECT refunded_minor FROM sandbox_gateway.charges").await, 0);
    shop.finish().await;
}
