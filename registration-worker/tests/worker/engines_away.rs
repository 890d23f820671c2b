//! Engines that go away while commands come in.

use secrecy::{ExposeSecret as _, SecretString};
use shared::{
    broker::topology::Queue,
    contracts::process_booking::Admission,
    domain::BookingStatus,
    testing::{Link, eventually},
};

use crate::support::{Bench, run};

#[tokio::test(flavor = "multi_thread")]
async fn a_command_waits_for_postgresql_and_is_not_lost() {
    let bench = Bench::start().await;
    let (link, url) = Link::to_url(bench.engines.args.database_url.expose_secret()).await;
    let mut engines = bench.engines.args.clone();
    engines.database_url = SecretString::from(url);
    let running = run(bench.worker_on(&engines, &[]));
    let first = bench.sale.accepted(bench.sale.fan().await, &[Admission::Seat(1)]).await;
    bench.send(&first).await;
    bench.eventually_payment(&first, "captured").await;
    link.cut();
    let second = bench.sale.accepted(bench.sale.fan().await, &[Admission::Seat(2)]).await;
    bench.send(&second).await;
    eventually("the worker has taken the command", async || {
        (bench.depth(&Queue::ProcessBooking).await == 0).then_some(())
    })
    .await;
    assert_eq!(bench.status(&second).await, None);
    link.heal();
    bench.eventually_payment(&second, "captured").await;
    running.stop().await;
    assert_eq!(bench.depth(&Queue::ProcessBooking).await, 0);
    assert_eq!(bench.depth(&Queue::ProcessBookingDead).await, 0);
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_while_postgresql_is_away_gives_the_command_back() {
    let bench = Bench::start().await;
    let (link, url) = Link::to_url(bench.engines.args.database_url.expose_secret()).await;
    let mut engines = bench.engines.args.clone();
    engines.database_url = SecretString::from(url);
    let running = run(bench.worker_on(&engines, &[]));
    link.cut();
    let command = bench.sale.accepted(bench.sale.fan().await, &[Admission::Seat(1)]).await;
    bench.send(&command).await;
    eventually("the worker has taken the command", async || {
        (bench.depth(&Queue::ProcessBooking).await == 0).then_some(())
    })
    .await;
    running.stop().await;
    assert_eq!(bench.depth(&Queue::ProcessBookingDead).await, 0);
    let next = bench.run(&[]);
    bench.eventually_status(&command, BookingStatus::Confirmed).await;
    next.stop().await;
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_outbox_waits_for_the_broker() {
    let bench = Bench::start().await;
    let (link, url) = Link::to_url(bench.engines.args.amqp_url.expose_secret()).await;
    let mut engines = bench.engines.args.clone();
    engines.amqp_url = SecretString::from(url);
    let running = run(bench.worker_on(&engines, &[]));
    eventually("a connection", async || running.worker.publisher.connected().then_some(())).await;
    link.cut();
    for seat in 0..5 {
        let command = bench.sale.accepted(bench.sale.fan().await, &[Admission::Seat(seat)]).await;
        bench.sale.commit(&command).await;
    }
    assert_eq!(bench.sale.count("SELECT count(*) FROM outbox WHERE published_at IS NULL").await, 5);
    link.heal();
    bench.eventually_count("SELECT count(*) FROM outbox WHERE published_at IS NULL", 0).await;
    assert_eq!(bench.facts().await.len(), 5);
    running.stop().await;
    bench.finish().await;
}
