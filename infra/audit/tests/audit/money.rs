//! Promise 3.

use shared::{contracts::process_booking::Admission, testing::sale::GOOD_CARD};

use crate::support::Store;

const ONLY_RESERVED: &str =
    "UPDATE sandbox_gateway.charges SET status = 'authorized', captured_minor = 0 WHERE payment_id = $1";
const TAKEN: &str = "UPDATE sandbox_gateway.charges SET status = 'captured', captured_minor = amount_minor
                     WHERE payment_id = $1";

#[tokio::test]
async fn a_payment_charged_twice_is_found() {
    let store = Store::healthy().await;
    store
        .run(
            "INSERT INTO sandbox_gateway.charges
                 (reference, idempotency_key, payment_id, amount_minor, currency, card, status, captured_minor)
             SELECT gen_random_uuid(), 'again', payment_id, amount_minor, currency, card, status, captured_minor
             FROM sandbox_gateway.charges WHERE status = 'captured'",
        )
        .await;
    store.breaks(3, "was charged 2 times").await;
    store.finish().await;
}

#[tokio::test]
async fn a_charge_of_nothing_we_know_is_found() {
    let store = Store::healthy().await;
    store
        .run("UPDATE sandbox_gateway.charges SET payment_id = gen_random_uuid() WHERE status = 'voided'")
        .await;
    store.breaks(3, "which does not exist").await;
    store.finish().await;
}

#[tokio::test]
async fn a_confirmed_booking_that_was_not_paid_is_found() {
    let store = Store::healthy().await;
    store.run_for(&store.confirmed, ONLY_RESERVED).await;
    store.breaks(3, "is confirmed at 13500").await;
    store.finish().await;
}

#[tokio::test]
async fn a_confirmed_booking_before_its_capture_is_waited_for() {
    let store = Store::healthy().await;
    store.run_for(&store.confirmed, ONLY_RESERVED).await;
    let books = "UPDATE payments SET status = 'authorized', captured_minor = 0 WHERE id = $1";
    store.run_for(&store.confirmed, books).await;
    store.waits(3, "its payment authorized").await;
    assert_eq!(store.finding(3).await.breaches, Vec::<String>::new());
    store.finish().await;
}

#[tokio::test]
async fn a_booking_paid_at_another_price_is_found() {
    let store = Store::healthy().await;
    store.run("UPDATE bookings SET total_minor = total_minor + 1 WHERE status = 'confirmed'").await;
    store.breaks(3, "is confirmed at 13501").await;
    store.finish().await;
}

#[tokio::test]
async fn a_rejected_booking_that_was_paid_is_found() {
    let store = Store::healthy().await;
    store.run_for(&store.rejected, TAKEN).await;
    store.breaks(3, "is rejected at 4500").await;
    store.finish().await;
}

#[tokio::test]
async fn a_rejected_booking_whose_money_is_still_reserved_is_found() {
    let store = Store::healthy().await;
    store.run_for(&store.rejected, ONLY_RESERVED).await;
    store.waits(3, "reserves 1").await;
    store.finish().await;
}

#[tokio::test]
async fn a_refund_that_the_gateway_does_not_know_is_found() {
    let store = Store::healthy().await;
    let kept =
        "UPDATE sandbox_gateway.charges SET status = 'captured', refunded_minor = 0 WHERE payment_id = $1";
    store.run_for(&store.refunded, kept).await;
    store.breaks(3, "is refunded at 4500").await;
    store.finish().await;
}

#[tokio::test]
async fn a_refund_of_what_is_confirmed_is_found() {
    let store = Store::healthy().await;
    let refunded = "UPDATE sandbox_gateway.charges SET status = 'refunded', refunded_minor = captured_minor
                    WHERE payment_id = $1";
    store.run_for(&store.confirmed, refunded).await;
    store.breaks(3, "is confirmed at 13500").await;
    store.finish().await;
}

#[tokio::test]
async fn money_taken_without_a_booking_is_found() {
    let store = Store::healthy().await;
    let open = store.sale.authorized_with(store.fan().await, &[Admission::Seat(9)], GOOD_CARD).await;
    store.run_for(&open, TAKEN).await;
    store.breaks(3, "is not made at 0").await;
    store.finish().await;
}
