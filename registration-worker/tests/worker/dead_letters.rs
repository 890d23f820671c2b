//! What could not be processed can be looked at, re-driven and dropped.

use registration_worker::dead_letters::{drop_letters, list, redrive};
use shared::{
    broker::topology::Queue,
    contracts::process_booking::Admission,
    domain::{BookingStatus, MessageId, PaymentId},
    testing::eventually,
};

use crate::support::Bench;

async fn eventually_dead(bench: &Bench, count: u32) {
    eventually("dead letters", async || {
        (bench.depth(&Queue::ProcessBookingDead).await == count).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_becomes_a_dead_letter_and_holds_nothing_up() {
    let bench = Bench::start().await;
    let good = bench.sale.accepted(bench.sale.fan().await, &[Admission::Seat(1)]).await;
    let mut unknown = good.clone();
    (unknown.id, unknown.payment_id) = (MessageId::new(), PaymentId::new());
    let mut newer = serde_json::to_value(&good).unwrap();
    newer["version"] = 2.into();
    bench.send_body(MessageId::new(), b"{\"not\": \"a booking\"".to_vec()).await;
    bench.send(&unknown).await;
    bench.send_body(MessageId::new(), newer.to_string().into_bytes()).await;
    bench.send(&good).await;
    let running = bench.run(&[]);
    bench.eventually_payment(&good, "captured").await;
    eventually_dead(&bench, 3).await;

    let letters = list(&bench.channel, 10).await.unwrap();
    assert_eq!(letters.len(), 3);
    assert!(letters.iter().all(|letter| letter.cause.as_deref() == Some("rejected")), "{letters:?}");
    assert_eq!(letters.iter().filter(|letter| letter.unreadable.is_some()).count(), 2);
    assert_eq!(letters.iter().filter(|letter| letter.command.as_ref() == Some(&unknown)).count(), 1);
    eventually_dead(&bench, 3).await;
    running.stop().await;
    assert_eq!(drop_letters(&bench.channel, &bench.worker(&[]).processor, 10).await.unwrap(), 3);
    eventually_dead(&bench, 0).await;
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_driven_again_is_processed() {
    let bench = Bench::start().await;
    let mut commands = Vec::new();
    for seat in 0..5 {
        let command = bench.sale.accepted(bench.sale.fan().await, &[Admission::Seat(seat)]).await;
        bench.bury(&command).await;
        commands.push(command);
    }
    eventually_dead(&bench, 5).await;
    let running = bench.run(&[]);
    assert_eq!(redrive(&bench.channel, &bench.publisher, 3).await.unwrap(), 3);
    bench.eventually_count("SELECT count(*) FROM bookings WHERE status = 'confirmed'", 3).await;
    assert_eq!(redrive(&bench.channel, &bench.publisher, 100).await.unwrap(), 2);
    for command in &commands {
        bench.eventually_payment(command, "captured").await;
    }
    eventually_dead(&bench, 0).await;
    running.stop().await;
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_an_accepted_booking_rejects_it_and_returns_its_money() {
    let bench = Bench::start().await;
    let dropped = bench.sale.accepted(bench.sale.fan().await, &[Admission::Seat(1)]).await;
    let decided = bench.sale.accepted(bench.sale.fan().await, &[Admission::Seat(2)]).await;
    bench.sale.commit(&decided).await;
    bench.bury(&dropped).await;
    bench.bury(&decided).await;
    eventually_dead(&bench, 2).await;
    let worker = bench.worker(&[]);
    assert_eq!(drop_letters(&bench.channel, &worker.processor, 10).await.unwrap(), 2);
    assert_eq!(bench.status(&dropped).await, Some(BookingStatus::Rejected));
    assert_eq!(bench.payment(&dropped).await, "voided");
    assert_eq!(bench.status(&decided).await, Some(BookingStatus::Confirmed), "what was decided stays");
    assert_eq!(bench.payment(&decided).await, "captured", "and is settled");
    bench.finish().await;
}
