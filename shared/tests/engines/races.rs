//! Many at once for what is scarce. The first race is run with the guard off as well, to show that it happens.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::sync::Arc;

use futures_util::future::join_all;
use shared::{
    clock::Clock,
    contracts::{ProcessBooking, process_booking::Admission},
    domain::{BookingStatus, Demand, UserId},
    payments::settle,
    store::bookings::{self, Command, Outcome, cancel::cancel},
    testing::{TestEngines, sale::Sale},
};

const TASKS: usize = 500;

async fn accepted(sale: &Sale, count: usize, what: &[Admission]) -> Vec<ProcessBooking> {
    join_all((0..count).map(|_| async { sale.accepted(sale.fan().await, what).await })).await
}

/// Commits each command in a task of its own; how many were confirmed.
async fn race(sale: &Arc<Sale>, commands: Vec<ProcessBooking>) -> usize {
    let tasks = commands.into_iter().map(|command| {
        let sale = Arc::clone(sale);
        tokio::spawn(async move { sale.commit(&command).await.status })
    });
    let statuses = join_all(tasks).await;
    statuses.into_iter().filter(|status| *status.as_ref().unwrap() == BookingStatus::Confirmed).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_tasks_for_one_seat_make_one_booking() {
    let engines = TestEngines::start().await;
    let sale = Arc::new(Sale::open(&engines.pool, Demand::Direct, 4).await);
    let commands = accepted(&sale, TASKS, &[Admission::Seat(7)]).await;
    assert_eq!(race(&sale, commands).await, 1);
    assert_eq!(sale.count("SELECT count(*) FROM tickets").await, 1);
    assert_eq!(sale.count("SELECT count(*) FROM bookings WHERE reason = 'seat_taken'").await, 499);
    engines.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_unique_index_the_same_race_sells_the_seat_twice() {
    let engines = TestEngines::start().await;
    sqlx::query("DROP INDEX tickets_live_seat_key").execute(&engines.pool).await.unwrap();
    let sale = Arc::new(Sale::open(&engines.pool, Demand::Direct, 4).await);
    let commands = accepted(&sale, TASKS, &[Admission::Seat(7)]).await;
    assert!(race(&sale, commands).await > 1);
    engines.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_area_never_takes_more_than_it_holds() {
    let engines = TestEngines::start().await;
    let sale = Arc::new(Sale::open(&engines.pool, Demand::Direct, 4).await);
    let commands = accepted(&sale, 80, &[Admission::Area(0), Admission::Area(0)]).await;
    assert_eq!(race(&sale, commands).await, 50);
    assert_eq!(sale.count("SELECT sold::bigint FROM area_stock WHERE area_index = 0").await, 100);
    engines.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_never_gets_more_than_the_limit() {
    let engines = TestEngines::start().await;
    let sale = Arc::new(Sale::open(&engines.pool, Demand::Direct, 4).await);
    let fan: UserId = sale.fan().await;
    let mut commands = Vec::new();
    for seat in 0..40 {
        commands.push(sale.accepted(fan, &[Admission::Seat(seat)]).await);
    }
    assert_eq!(race(&sale, commands).await, 4);
    assert_eq!(sale.count("SELECT sum(tickets) FROM buyers").await, 4);
    engines.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn overlapping_batches_in_opposite_order_end_without_deadlock_each_command_once() {
    let engines = TestEngines::start().await;
    let sale = Arc::new(Sale::open(&engines.pool, Demand::Queue, 4).await);
    let mut commands = Vec::new();
    for seat in 0..60 {
        let what = [Admission::Seat(seat), Admission::Seat((seat + 1) % 60), Admission::Area(0)];
        commands.push(sale.accepted(sale.fan().await, &what).await);
    }
    let commands = Arc::new(commands);
    let batches = (0..8).map(|number| {
        let (sale, commands) = (Arc::clone(&sale), Arc::clone(&commands));
        tokio::spawn(async move {
            let mut batch: Vec<&ProcessBooking> = commands.iter().collect();
            if number % 2 == 1 {
                batch.reverse();
            }
            let batch: Vec<_> = batch.into_iter().map(|booking| Command { booking, refused: None }).collect();
            let outcomes = bookings::commit(&sale.pool, &batch, Clock::System.now()).await.unwrap();
            let fresh = |outcome: &&Outcome| matches!(outcome, Outcome::Decided(decided) if decided.fresh);
            outcomes.iter().filter(fresh).count()
        })
    });
    let fresh: usize = join_all(batches).await.into_iter().map(Result::unwrap).sum();
    assert_eq!(fresh, 60, "each is decided by exactly one batch");
    assert_eq!(sale.count("SELECT count(*) FROM bookings").await, 60);
    assert_eq!(sale.count("SELECT count(*) FROM outbox").await, 60);
    let doubles = "SELECT count(*) FROM (SELECT FROM tickets WHERE seat_index IS NOT NULL
                   GROUP BY event_id, seat_index HAVING count(*) > 1) AS doubles";
    assert_eq!(sale.count(doubles).await, 0);
    engines.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_many_times_at_once_refunds_once() {
    let engines = TestEngines::start().await;
    let sale = Arc::new(Sale::open(&engines.pool, Demand::Direct, 4).await);
    let booking = sale.accepted(sale.fan().await, &[Admission::Seat(1), Admission::Area(1)]).await;
    let decided = sale.commit(&booking).await;
    settle::capture(&sale.pool, &sale.gateway, &[decided.charge]).await.unwrap();
    let tasks = (0..40).map(|_| {
        let sale = Arc::clone(&sale);
        tokio::spawn(async move {
            let mut tx = sale.pool.begin().await.unwrap();
            let cancelled = cancel(&mut tx, &[booking.booking_id], Clock::System.now()).await.unwrap();
            tx.commit().await.unwrap();
            let charges: Vec<_> = cancelled.iter().map(|cancelled| cancelled.charge.clone()).collect();
            settle::refund(&sale.pool, &sale.gateway, &charges).await.unwrap();
            cancelled.len()
        })
    });
    let cancelled: usize = join_all(tasks).await.into_iter().map(Result::unwrap).sum();
    assert_eq!(cancelled, 1);
    assert_eq!(sale.count("SELECT sum(refunded_minor)::bigint FROM sandbox_gateway.charges").await, 9_000);
    assert_eq!(sale.count("SELECT sum(sold)::bigint FROM area_stock").await, 0);
    engines.finish().await;
}
