//! A worker that is killed, and a Redis that loses everything.

use shared::{
    broker::topology::Queue,
    contracts::process_booking::Admission,
    domain::{BookingStatus, HoldId},
    locks::{HoldOutcome, HoldRequest},
    testing::{eventually, sale::SLOW_CAPTURE_CARD},
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

#[tokio::test(flavor = "multi_thread")]
async fn after_redis_lost_its_memory_what_was_accepted_is_confirmed_unless_somebody_else_has_it() {
    let bench = Bench::start().await;
    let idle = bench.worker(&[]);
    let holds = idle.processor.holds().clone();
    let hold = async |hold_id: HoldId, user_id, seat| {
        let request = HoldRequest {
            hold_id,
            event_id: bench.sale.event_id,
            user_id,
            seats: vec![seat],
            areas: Vec::new(),
            limit: 8,
            ttl_ms: 60_000,
            lease: None,
        };
        match holds.hold(&request).await.unwrap() {
            HoldOutcome::Held { fence, .. } => fence,
            other => panic!("{other:?}"),
        }
    };
    let mut commands = Vec::new();
    for seat in 0..20 {
        let fan = bench.sale.fan().await;
        let mut command = bench.sale.accepted(fan, &[Admission::Seat(seat)]).await;
        command.fence = hold(command.hold_id, fan, seat).await;
        commands.push(command);
    }
    bench.engines.lose_redis().await;
    // Nobody remembers the first hold on seat 0; another fan gets it, and the first one gets the money back.
    let newcomer = bench.sale.fan().await;
    let mut second = bench.sale.accepted(newcomer, &[Admission::Seat(0)]).await;
    second.fence = hold(second.hold_id, newcomer, 0).await;

    let running = bench.run(&[]);
    for command in &commands {
        bench.send(command).await;
    }
    bench.eventually_status(&commands[0], BookingStatus::Rejected).await;
    bench.send(&second).await;
    bench.eventually_status(&second, BookingStatus::Confirmed).await;
    for command in &commands[1..] {
        bench.eventually_status(command, BookingStatus::Confirmed).await;
    }
    bench.eventually_payment(&commands[0], "voided").await;
    bench.eventually_payment(&second, "captured").await;
    assert_eq!(bench.sale.count("SELECT count(*) FROM tickets").await, 20);
    running.stop().await;
    bench.finish().await;
}
