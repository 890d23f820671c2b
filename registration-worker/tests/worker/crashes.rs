//! A worker that is killed, and a Redis that loses everything.

use shared::{
    broker::topology::Queue,
    contracts::{ProcessBooking, process_booking::Admission},
    domain::{BookingStatus, SeatIndex},
    locks::{HoldOutcome, HoldRequest, Holds},
    testing::{
        eventually,
        sale::{GOOD_CARD, SLOW_CAPTURE_CARD},
    },
};

use crate::support::Bench;

/// The gateway takes seconds to answer, so the kill falls between the commit and the acknowledgement.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_between_commit_and_acknowledgement_leaves_everything_exactly_once() {
    let bench = Bench::start().await;
    let mut commands = Vec::new();
    for seat in 0..3 {
        let fan = bench.sale.fan().await;
        commands.push(bench.sale.accepted_with(fan, &[Admission::Seat(seat)], SLOW_CAPTURE_CARD).await);
    }
    let mut first = bench.spawn();
    for command in &commands {
        bench.send(command).await;
    }
    for command in &commands {
        bench.eventually_status(command, BookingStatus::Confirmed).await;
    }
    bench.eventually_count("SELECT count(*) FROM sandbox_gateway.charges WHERE status = 'captured'", 3).await;
    first.kill().await.unwrap();
    assert_eq!(bench.payment(&commands[0]).await, "authorized", "killed before it heard of the capture");
    eventually("the commands are back in the queue", async || {
        (bench.depth(&Queue::ProcessBooking).await == 3).then_some(())
    })
    .await;

    let mut second = bench.spawn();
    for command in &commands {
        bench.eventually_payment(command, "captured").await;
    }
    bench.eventually_count("SELECT count(*) FROM outbox WHERE published_at IS NULL", 0).await;
    eventually("an empty queue", async || (bench.depth(&Queue::ProcessBooking).await == 0).then_some(()))
        .await;
    terminate(&mut second).await;
    assert_eq!(bench.depth(&Queue::ProcessBooking).await, 0, "all were acknowledged");
    assert_eq!(bench.sale.count("SELECT count(*) FROM tickets").await, 3);
    assert_eq!(bench.sale.count("SELECT count(*) FROM outbox").await, 3);
    let ledger = "SELECT sum(captured_minor)::bigint FROM sandbox_gateway.charges";
    assert_eq!(bench.sale.count(ledger).await, 3 * 4_500);
    bench.finish().await;
}

async fn terminate(worker: &mut tokio::process::Child) {
    let pid = worker.id().unwrap().to_string();
    assert!(tokio::process::Command::new("kill").arg(&pid).status().await.unwrap().success());
    assert!(worker.wait().await.unwrap().success(), "a worker that is told to stop ends well");
}

/// Locks one seat for a fan, as the API would; what it answers.
async fn hold(bench: &Bench, holds: &Holds, command: &ProcessBooking, seat: SeatIndex) -> HoldOutcome {
    let request = HoldRequest {
        hold_id: command.hold_id,
        event_id: command.event_id,
        user_id: command.user_id,
        seats: vec![seat],
        areas: Vec::new(),
        limit: bench.sale.tickets_per_person,
        ttl_ms: 60_000,
        lease: None,
    };
    holds.hold(&request).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_is_confirmed_although_redis_lost_its_memory() {
    let bench = Bench::start().await;
    let holds = bench.worker(&[]).processor.holds().clone();
    let mut commands = Vec::new();
    for seat in 0..20 {
        let what = [Admission::Seat(seat)];
        let mut command = bench.sale.authorized_with(bench.sale.fan().await, &what, GOOD_CARD).await;
        let HoldOutcome::Held { fence, .. } = hold(&bench, &holds, &command, seat).await else { panic!() };
        command.fence = fence;
        bench.sale.accept(&command).await;
        commands.push(command);
    }
    bench.engines.lose_redis().await;
    let late = bench.sale.authorized_with(bench.sale.fan().await, &[Admission::Seat(0)], GOOD_CARD).await;
    assert_eq!(hold(&bench, &holds, &late, 0).await, HoldOutcome::Taken { seats: vec![0] });

    let running = bench.run(&[]);
    for command in &commands {
        bench.send(command).await;
    }
    for command in &commands {
        bench.eventually_status(command, BookingStatus::Confirmed).await;
        bench.eventually_payment(command, "captured").await;
    }
    assert_eq!(bench.sale.count("SELECT count(*) FROM tickets").await, 20);
    running.stop().await;
    bench.finish().await;
}

/// A command whose acceptance was never written down, so that nobody knew of its hold after the loss.
#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_somebody_else_has_after_the_loss_is_rejected_with_its_money() {
    let bench = Bench::start().await;
    let holds = bench.worker(&[]).processor.holds().clone();
    let seat = [Admission::Seat(0)];
    let mut forgotten = bench.sale.authorized_with(bench.sale.fan().await, &seat, GOOD_CARD).await;
    let HoldOutcome::Held { fence, .. } = hold(&bench, &holds, &forgotten, 0).await else { panic!() };
    forgotten.fence = fence;
    bench.engines.lose_redis().await;
    let mut newcomer = bench.sale.authorized_with(bench.sale.fan().await, &seat, GOOD_CARD).await;
    let HoldOutcome::Held { fence, .. } = hold(&bench, &holds, &newcomer, 0).await else { panic!() };
    newcomer.fence = fence;

    let running = bench.run(&[]);
    bench.send(&forgotten).await;
    bench.eventually_status(&forgotten, BookingStatus::Rejected).await;
    bench.send(&newcomer).await;
    bench.eventually_status(&newcomer, BookingStatus::Confirmed).await;
    bench.eventually_payment(&forgotten, "voided").await;
    bench.eventually_payment(&newcomer, "captured").await;
    assert_eq!(bench.sale.count("SELECT count(*) FROM tickets").await, 1);
    running.stop().await;
    bench.finish().await;
}
