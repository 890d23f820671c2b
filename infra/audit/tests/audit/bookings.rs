//! Promise 2.

use lapin::{
    BasicProperties,
    options::{BasicPublishOptions, ConfirmSelectOptions, QueueDeleteOptions},
};
use shared::{broker::topology::Queue, contracts::process_booking::Admission, testing::sale::GOOD_CARD};

use crate::support::Store;

#[tokio::test]
async fn an_accepted_booking_that_nobody_decided_is_found() {
    let store = Store::healthy().await;
    store.sale.accepted(store.fan().await, &[Admission::Seat(9)]).await;
    store.waits(2, "was accepted").await;
    assert_eq!(store.broken().await, [2]);
    store.finish().await;
}

#[tokio::test]
async fn a_checkout_that_was_never_accepted_is_no_breach() {
    let store = Store::healthy().await;
    store.sale.authorized_with(store.fan().await, &[Admission::Seat(9)], GOOD_CARD).await;
    assert_eq!(store.broken().await, Vec::<u8>::new());
    store.finish().await;
}

#[tokio::test]
async fn a_command_in_the_queue_is_waited_for() {
    let store = Store::healthy().await;
    let connection = store.engines.broker().connect().await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    Queue::ProcessBooking.declare(&channel).await.unwrap();
    channel.confirm_select(ConfirmSelectOptions::default()).await.unwrap();
    let (key, options) = (Queue::ProcessBooking.name(), BasicPublishOptions::default());
    let properties = BasicProperties::default();
    let sent = channel.basic_publish("".into(), key.into(), options, b"{}", properties).await.unwrap();
    sent.await.unwrap();
    shared::testing::eventually("queued", async || {
        (!store.finding(2).await.unsettled.is_empty()).then_some(())
    })
    .await;
    store.waits(2, "1 commands are still queued").await;
    connection.close(200, "bye".into()).await.unwrap();
    store.finish().await;
}

#[tokio::test]
async fn queues_that_nobody_has_made_yet_are_empty() {
    let store = Store::healthy().await;
    let connection = store.engines.broker().connect().await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    for queue in [Queue::ProcessBooking, Queue::ProcessBookingDead] {
        channel.queue_delete(queue.name().into(), QueueDeleteOptions::default()).await.unwrap();
    }
    assert_eq!(store.broken().await, Vec::<u8>::new());
    connection.close(200, "bye".into()).await.unwrap();
    store.finish().await;
}

#[tokio::test]
async fn a_confirmed_booking_without_its_tickets_is_found() {
    let store = Store::healthy().await;
    store.run("DELETE FROM tickets WHERE seat_index = 2").await;
    store.breaks(2, "is confirmed for 3 tickets").await;
    store.finish().await;
}

#[tokio::test]
async fn a_rejected_booking_with_a_ticket_is_found() {
    let store = Store::healthy().await;
    let moved = "UPDATE tickets SET booking_id = (SELECT booking_id FROM payments WHERE id = $1)
                 WHERE seat_index = 2";
    store.run_for(&store.rejected, moved).await;
    store.breaks(2, "is rejected for 1 tickets").await;
    store.finish().await;
}

#[tokio::test]
async fn a_cancelled_booking_with_a_live_ticket_is_found() {
    let store = Store::healthy().await;
    store.run("UPDATE tickets SET status = 'valid' WHERE seat_index = 3").await;
    store.breaks(2, "is refunded for 1 tickets").await;
    store.finish().await;
}

#[tokio::test]
async fn a_cancelled_booking_whose_money_stays_is_found() {
    let store = Store::healthy().await;
    store.run("UPDATE bookings SET status = 'cancelled' WHERE status = 'refunded'").await;
    store.waits(2, "is cancelled, its money not returned").await;
    store.finish().await;
}

#[tokio::test]
async fn a_booking_without_a_payment_is_found() {
    let store = Store::healthy().await;
    store.run("DELETE FROM payments WHERE status = 'voided'").await;
    store.breaks(2, "has no payment").await;
    store.finish().await;
}

#[tokio::test]
async fn a_booking_decided_twice_is_found() {
    let store = Store::healthy().await;
    store
        .run(
            "INSERT INTO outbox (id, topic, payload, published_at)
             SELECT gen_random_uuid(), topic, payload, now() FROM outbox WHERE topic = 'booking.rejected'",
        )
        .await;
    store.breaks(2, "was decided 2 times").await;
    store.finish().await;
}

#[tokio::test]
async fn a_fact_that_was_never_told_is_found() {
    let store = Store::healthy().await;
    store.run("UPDATE outbox SET published_at = NULL WHERE topic = 'booking.cancelled'").await;
    store.waits(2, "1 facts wait").await;
    store.finish().await;
}
