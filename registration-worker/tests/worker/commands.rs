//! Commands become bookings, once.

use std::collections::HashSet;

use shared::{
    broker::topology::Queue,
    contracts::process_booking::Admission,
    domain::{BookingStatus, SeatState},
    locks::{HoldOutcome, HoldRequest},
};

use crate::support::Bench;

#[tokio::test(flavor = "multi_thread")]
async fn every_command_sent_twice_has_the_effect_of_once() {
    let bench = Bench::start().await;
    let mut commands = Vec::new();
    for seat in 0..60 {
        let what = [Admission::Seat(seat), Admission::Area(0)];
        commands.push(bench.sale.accepted(bench.sale.fan().await, &what).await);
    }
    for command in commands.iter().chain(&commands) {
        bench.send(command).await;
    }
    let (first, second) = (bench.run(&["--batch-size=16"]), bench.run(&["--batch-size=7"]));
    bench.eventually_count("SELECT count(*) FROM payments WHERE status = 'captured'", 60).await;
    bench.eventually_count("SELECT count(*) FROM outbox WHERE published_at IS NOT NULL", 60).await;
    drained(&bench).await;
    first.stop().await;
    second.stop().await;
    // Stopping gives back what was fetched and not begun.
    for _ in 0..10 {
        if bench.depth(&Queue::ProcessBooking).await > 0 {
            let third = bench.run(&[]);
            drained(&bench).await;
            third.stop().await;
        }
    }
    // A command that had not been acknowledged would be back.
    assert_eq!(bench.depth(&Queue::ProcessBooking).await, 0);
    assert_eq!(bench.sale.count("SELECT count(*) FROM bookings WHERE status = 'confirmed'").await, 60);
    assert_eq!(bench.sale.count("SELECT count(*) FROM tickets").await, 120);
    let ledger = "SELECT sum(captured_minor)::bigint FROM sandbox_gateway.charges";
    assert_eq!(bench.sale.count(ledger).await, 60 * 9_000);
    let facts = bench.facts().await;
    let ids: HashSet<_> = facts.iter().map(|fact| fact.id).collect();
    assert_eq!((facts.len(), ids.len()), (60, 60), "each fact is told once");
    bench.finish().await;
}

/// Waits until no command waits to be fetched.
async fn drained(bench: &Bench) {
    shared::testing::eventually("an empty queue", async || {
        (bench.depth(&Queue::ProcessBooking).await == 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_shows_in_the_seats_and_in_the_money() {
    let bench = Bench::with_limit(2).await;
    let running = bench.run(&[]);
    let holds = running.worker.processor.holds().clone();
    let fan = bench.sale.fan().await;
    let mut bought = bench.sale.accepted(fan, &[Admission::Seat(3), Admission::Seat(4)]).await;
    let request = HoldRequest {
        hold_id: bought.hold_id,
        event_id: bench.sale.event_id,
        user_id: fan,
        seats: vec![3, 4],
        areas: Vec::new(),
        limit: 2,
        ttl_ms: 60_000,
        lease: None,
    };
    let HoldOutcome::Held { fence, .. } = holds.hold(&request).await.unwrap() else { panic!("not held") };
    bought.fence = fence;
    // One more than the person may have: held by nobody, so the worker finds it free and the limit reached.
    let too_many = bench.sale.accepted(fan, &[Admission::Seat(5)]).await;
    bench.send(&bought).await;
    bench.eventually_status(&bought, BookingStatus::Confirmed).await;
    bench.send(&too_many).await;
    bench.eventually_status(&too_many, BookingStatus::Rejected).await;
    bench.eventually_payment(&bought, "captured").await;
    bench.eventually_payment(&too_many, "voided").await;
    shared::testing::eventually("seats as decided", async || {
        let states = [bench.seat(&holds, 3).await, bench.seat(&holds, 4).await, bench.seat(&holds, 5).await];
        (states == [SeatState::Sold, SeatState::Sold, SeatState::Available]).then_some(())
    })
    .await;
    running.stop().await;
    bench.finish().await;
}
