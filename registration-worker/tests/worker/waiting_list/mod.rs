//! Returned seats go to those who wait for them, in order, once, and to nobody else in between.

mod sold_out;

use std::sync::Arc;

use registration_worker::waiting_list;
use shared::{contracts::process_booking::Admission, locks::HoldOutcome, testing::eventually};
use tokio::task::JoinSet;

use sold_out::{SoldOut, offered};

#[tokio::test]
async fn returned_seats_are_offered_in_order_and_to_nobody_else() {
    let sale = SoldOut::of(10..14).await;
    let four = sale.joins(4, true).await.0;
    let two = sale.joins(2, true).await.0;
    let one = sale.joins(1, false).await.0;
    sale.returns(0..2).await;
    assert_eq!(sale.grabs(&[10]).await, HoldOutcome::Taken { seats: vec![10] }, "kept before anybody looked");
    sale.look().await;
    assert_eq!(sale.entry(four).await, ("waiting".into(), None), "its four are not there");
    assert_eq!(sale.entry(two).await, offered(&[10, 11]));
    assert_eq!(sale.status(one).await, "waiting");
    sale.returns(2..4).await;
    sale.look().await;
    sale.look().await;
    let (status, seats) = sale.entry(one).await;
    assert_eq!(status, "offered");
    assert_eq!(sale.facts("offer.made").await, 2, "each is told once");
    let other = 25 - u32::try_from(seats.unwrap()[0]).unwrap();
    let left = sale.grabs(&[other]).await;
    assert!(matches!(left, HoldOutcome::Held { .. }), "nobody on the list can take a single seat: {left:?}");
    sale.finish().await;
}

#[tokio::test]
async fn a_declined_offer_goes_to_the_next_and_nobody_in_between() {
    let sale = SoldOut::of(10..11).await;
    let (first, user) = sale.joins(1, false).await;
    let second = sale.joins(1, false).await.0;
    sale.returns(0..1).await;
    sale.look().await;
    let hold = sale.hold_of(first).await;
    sale.holds.release(sale.bench.sale.event_id, hold, user).await.unwrap();
    assert_eq!(sale.grabs(&[10]).await, HoldOutcome::Taken { seats: vec![10] });
    sale.look().await;
    assert_eq!(sale.status(first).await, "declined");
    assert_eq!(sale.entry(second).await, offered(&[10]));
    assert_eq!(sale.facts("offer.lapsed").await, 0);
    sale.finish().await;
}

#[tokio::test]
async fn who_was_not_quick_enough_stays_the_first() {
    let sale = SoldOut::of(10..12).await;
    let (first, user) = sale.joins(1, false).await;
    let second = sale.joins(1, false).await.0;
    // It was to be seat 10, which is gone.
    sale.prepared(first, user, 10, 60_000).await;
    sale.returns(1..2).await;
    sale.look().await;
    assert_eq!(sale.entry(first).await, offered(&[11]));
    assert_eq!(sale.status(second).await, "waiting");
    sale.finish().await;
}

#[tokio::test]
async fn standing_places_are_kept_and_offered_too() {
    let sale = SoldOut::selling(&[Admission::Area(1), Admission::Area(1)]).await;
    let two = sale.joins(2, true).await.0;
    let event = sale.bench.sale.event_id;
    // What nobody can take as it is, is for everybody; until it makes up what somebody wants.
    for (returned, before, told, after) in
        [(0..1, 0, ("waiting".into(), None), 1), (1..2, 1, offered(&[]), 0)]
    {
        sale.returns(returned).await;
        assert_eq!(sale.holds.stock(event).await.unwrap().available(), before, "kept before anybody looked");
        sale.look().await;
        assert_eq!(sale.entry(two).await, told);
        assert_eq!(sale.holds.stock(event).await.unwrap().available(), after);
    }
    sale.finish().await;
}

#[tokio::test]
async fn an_event_that_is_called_off_ends_its_list_without_a_word() {
    let sale = SoldOut::of(10..12).await;
    let (first, user) = sale.joins(1, false).await;
    let second = sale.joins(1, false).await.0;
    let (last, other) = sale.joins(1, false).await;
    sale.returns(0..2).await;
    sale.look().await;
    assert_eq!((sale.status(first).await, sale.status(second).await), ("offered".into(), "offered".into()));
    sale.prepared(last, other, 12, 60_000).await;
    sqlx::query("UPDATE events SET status = 'cancelled'").execute(sale.pool()).await.unwrap();
    eventually("the list is closed", async || {
        sale.look().await;
        (sale.status(last).await == "closed").then_some(())
    })
    .await;
    let hold = sale.hold_of(first).await;
    sqlx::query("UPDATE waiting_list_offers SET deadline = now()").execute(sale.pool()).await.unwrap();
    sale.holds.release(sale.bench.sale.event_id, hold, user).await.unwrap();
    sale.look().await;
    assert_eq!(sale.status(first).await, "lapsed");
    assert_eq!((sale.facts("offer.made").await, sale.facts("offer.lapsed").await), (2, 0));
    sale.finish().await;
}

#[tokio::test]
async fn an_offer_left_half_made_is_finished_and_lapses_to_the_next() {
    let sale = SoldOut::of(10..11).await;
    let (first, user) = sale.joins(1, false).await;
    let second = sale.joins(1, false).await.0;
    sale.returns(0..1).await;
    sale.prepared(first, user, 10, 2_000).await;
    sale.look().await;
    assert_eq!(sale.entry(first).await, offered(&[10]));
    assert_eq!(sale.facts("offer.made").await, 1);
    eventually("the next is offered", async || {
        // Between its end and the next offer nobody gets it, swept or not.
        assert!(matches!(sale.grabs(&[10]).await, HoldOutcome::Taken { .. }));
        sale.look().await;
        (sale.entry(second).await == offered(&[10])).then_some(())
    })
    .await;
    assert_eq!(sale.status(first).await, "lapsed");
    assert_eq!((sale.facts("offer.made").await, sale.facts("offer.lapsed").await), (2, 1));
    sale.finish().await;
}

#[tokio::test]
async fn an_offer_that_is_being_paid_does_not_lapse() {
    let sale = SoldOut::of(10..11).await;
    let (first, user) = sale.joins(1, false).await;
    sale.joins(1, false).await;
    sale.returns(0..1).await;
    sale.prepared(first, user, 10, 2_000).await;
    sale.look().await;
    let (event, hold) = (sale.bench.sale.event_id, sale.hold_of(first).await);
    sale.holds.pin(event, hold, user, 60_000).await.unwrap();
    eventually("its first deadline", async || {
        let over = "SELECT count(*) FROM waiting_list_offers WHERE deadline < now()";
        (sale.bench.sale.count(over).await == 1).then_some(())
    })
    .await;
    sale.look().await;
    assert_eq!(sale.status(first).await, "offered");
    let mut booking = sale.bench.sale.accepted(user, &[Admission::Seat(10)]).await;
    sqlx::query("UPDATE payments SET hold_id = $1 WHERE id = $2")
        .bind(hold)
        .bind(booking.payment_id)
        .execute(sale.pool())
        .await
        .unwrap();
    booking.hold_id = hold;
    sale.bench.sale.commit(&booking).await;
    sale.look().await;
    assert_eq!(sale.status(first).await, "served");
    assert_eq!(sale.facts("offer.lapsed").await, 0);
    sale.finish().await;
}

#[tokio::test]
async fn offers_and_what_is_kept_outlive_redis() {
    let sale = SoldOut::of(10..12).await;
    let (first, user) = sale.joins(1, false).await;
    let pair = sale.joins(2, true).await.0;
    sale.returns(0..1).await;
    sale.look().await;
    let (event, hold) = (sale.bench.sale.event_id, sale.hold_of(first).await);
    let before = sale.holds.get(event, hold).await.unwrap().unwrap();
    sale.bench.engines.lose_redis().await;
    assert_eq!(sale.grabs(&[10]).await, HoldOutcome::Taken { seats: vec![10] });
    let after = sale.holds.get(event, hold).await.unwrap().unwrap();
    assert_eq!((after.fence, after.user_id, after.deadline_ms), (before.fence, user, before.deadline_ms));
    sale.returns(1..2).await;
    assert!(matches!(sale.grabs(&[11]).await, HoldOutcome::Taken { .. }), "what returns is kept as before");
    sale.look().await;
    assert_eq!(sale.status(first).await, "offered");
    assert_eq!(sale.status(pair).await, "waiting");
    sale.finish().await;
}

#[tokio::test]
async fn two_who_offer_and_many_who_grab_sell_nothing_twice() {
    let sale = SoldOut::of(10..30).await;
    let mut entries = Vec::new();
    for _ in 0..20 {
        entries.push(sale.joins(1, false).await.0);
    }
    let other = sale.bench.worker(&[]);
    let sale = Arc::new(sale);
    let mut racers: JoinSet<usize> = JoinSet::new();
    for worker in [Arc::clone(&sale.worker), Arc::clone(&other)] {
        racers.spawn(async move {
            for _ in 0..20 {
                waiting_list::look(&worker).await.unwrap();
            }
            0
        });
    }
    for _ in 0..4 {
        let sale = Arc::clone(&sale);
        racers.spawn(async move {
            let mut got = 0;
            for seat in (10..30).cycle().take(200) {
                got += usize::from(matches!(sale.grabs(&[seat]).await, HoldOutcome::Held { .. }));
            }
            got
        });
    }
    for half in [0..10, 10..20] {
        let sale = Arc::clone(&sale);
        racers.spawn(async move {
            sale.returns(half).await;
            0
        });
    }
    let grabbed: usize = racers.join_all().await.into_iter().sum();
    assert_eq!(grabbed, 0, "every seat was wanted by the list");
    sale.look().await;
    for entry in entries {
        assert_eq!(sale.status(entry).await, "offered");
    }
    let offers = "SELECT count(DISTINCT seats) FROM waiting_list_offers WHERE status = 'offered'";
    assert_eq!(sale.bench.sale.count(offers).await, 20);
    assert_eq!(sale.facts("offer.made").await, 20);
    other.pool.close().await;
    Arc::into_inner(sale).unwrap().finish().await;
}

#[tokio::test]
async fn killed_again_and_again_the_offering_goes_on() {
    let sale = SoldOut::of(10..40).await;
    for _ in 0..30 {
        sale.joins(1, false).await;
    }
    let offered = "SELECT count(*) FROM waiting_list_offers WHERE status = 'offered'";
    for round in 0..5 {
        let mut process = sale.bench.spawn();
        let first = round * 6;
        sale.returns(first..first + 6).await;
        // Killed in the midst of them.
        let some = i64::try_from(first).unwrap() + 2;
        eventually("some are offered", async || (sale.bench.sale.count(offered).await >= some).then_some(()))
            .await;
        process.kill().await.unwrap();
    }
    let mut process = sale.bench.spawn();
    sale.bench.eventually_count(offered, 30).await;
    let mailed = "SELECT count(*) FROM outbox WHERE topic = 'offer.made' AND published_at IS NOT NULL";
    sale.bench.eventually_count(mailed, 30).await;
    process.kill().await.unwrap();
    assert_eq!(sale.facts("offer.made").await, 30, "one fact an offer, whenever its maker was killed");
    let seats = "SELECT count(DISTINCT seats) FROM waiting_list_offers WHERE status = 'offered'";
    assert_eq!(sale.bench.sale.count(seats).await, 30);
    let inversions =
        "SELECT count(*) FROM waiting_list_offers a JOIN waiting_list_entries x ON x.id = a.entry_id,
                      waiting_list_offers b JOIN waiting_list_entries y ON y.id = b.entry_id
                      WHERE a.made_at < b.made_at AND x.position > y.position";
    assert_eq!(sale.bench.sale.count(inversions).await, 0);
    sale.finish().await;
}
