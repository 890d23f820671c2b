//! Redis forgets everything in mid-sale.

use std::sync::Arc;

use rstest::rstest;
use shared::{
    domain::{SeatState, UserId},
    locks::{Claimed, HoldOutcome},
    testing::{RedisKind, TestEngines},
};
use tokio::task::JoinSet;

use super::world::{World, users};

#[rstest]
#[tokio::test]
async fn what_is_sold_or_blocked_is_never_shown_as_available_after_a_loss(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = World::new(&engines, 20, &[10]).await;
    sqlx::query("INSERT INTO blocked_seats VALUES ($1, 19)")
        .bind(world.event)
        .execute(&engines.pool)
        .await
        .unwrap();
    let user = users(&engines, 1).await[0];
    let sold = world.must_hold(user, &[1, 2], &[(0, 3)]).await;
    assert!(world.commit(&sold).await);
    world.holds.settle_sold(std::slice::from_ref(&sold)).await.unwrap();
    let held = world.must_hold(UserId::new(), &[5], &[]).await;
    let before = world.holds.snapshot(world.event).await.unwrap();

    world.lose_redis().await;
    let states = world.states().await;
    assert_eq!([1, 2, 5, 19].map(|seat| states.get(seat) as u8), [2, 2, 0, 3]);
    let after = world.holds.snapshot(world.event).await.unwrap();
    assert!(after.version > before.version + 1, "listeners see a gap and take a snapshot");
    assert_eq!(world.holds.stock(world.event).await.unwrap().areas[0].sold, 3);
    let again = world.must_hold(UserId::new(), &[6], &[]).await;
    assert!(again.fence > held.fence, "the fence goes on growing");
    let limit = world.holds.hold(&world.request(user, &[7, 8, 9, 10], &[])).await.unwrap();
    assert_eq!(limit, HoldOutcome::LimitReached { has: 5 }, "what was bought still counts");
    assert_eq!(world.holds.claim(&[held]).await.unwrap(), [Claimed::Regained]);
    engines.finish().await;
}

#[rstest]
#[tokio::test]
async fn a_sale_settled_while_the_view_is_missing_is_shown_once(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = World::new(&engines, 20, &[10]).await;
    let user = users(&engines, 1).await[0];
    let sold = world.must_hold(user, &[1, 2], &[(0, 3)]).await;
    let cancelled = world.must_hold(user, &[3], &[(0, 1)]).await;
    for claim in [&sold, &cancelled] {
        assert!(world.commit(claim).await);
    }
    world.lose_redis().await;
    // The view is rebuilt after these: PostgreSQL shows both, and both wait as pending.
    world.holds.settle_sold(&[sold.clone(), cancelled.clone()]).await.unwrap();
    world.cancel(&cancelled).await;
    let (seats, areas) = (&cancelled.seats, &cancelled.areas);
    world.holds.return_seats(world.event, cancelled.hold_id, user, seats, areas).await.unwrap();
    let states = world.states().await;
    assert_eq!([1, 2, 3].map(|seat| states.get(seat) as u8), [2, 2, 0]);
    world.holds.settle_sold(&[sold, cancelled]).await.unwrap();
    let stock = world.holds.stock(world.event).await.unwrap();
    assert_eq!((stock.seats, stock.areas[0].sold), (18, 3), "nothing counted twice");
    engines.finish().await;
}

#[rstest]
#[tokio::test]
async fn an_accepted_booking_keeps_its_seats_when_redis_is_lost_before_it_is_processed(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = World::new(&engines, 20, &[10]).await;
    let user = users(&engines, 1).await[0];
    let claim = world.must_hold(user, &[1, 2], &[(0, 1)]).await;
    world.accept(&claim).await;
    world.lose_redis().await;
    let rival = world.holds.hold(&world.request(UserId::new(), &[2, 3], &[])).await.unwrap();
    assert_eq!(rival, HoldOutcome::Taken { seats: vec![2] });
    assert_eq!(world.holds.claim(&[claim]).await.unwrap(), [Claimed::Owned]);
    assert_eq!(world.holds.stock(world.event).await.unwrap().areas[0].held, 1);
    engines.finish().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn holds_go_on_while_redis_is_lost_again_and_again(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = Arc::new(World::new(&engines, 400, &[]).await);
    let buyers = users(&engines, 8).await;
    let mut fans = JoinSet::new();
    let (progress, mut sales) = tokio::sync::mpsc::channel(1);
    for (number, user) in buyers.into_iter().enumerate() {
        let (world, progress) = (world.clone(), progress.clone());
        fans.spawn(async move {
            let mut sold = Vec::new();
            for step in 0..4_u32 {
                let seat = u32::try_from(number).unwrap() * 4 + step;
                let claim = world.must_hold(user, &[seat], &[]).await;
                let claimed = world.holds.claim(std::slice::from_ref(&claim)).await.unwrap()[0];
                assert_ne!(claimed, Claimed::Lost, "nobody else wants this seat");
                assert!(world.commit(&claim).await);
                world.holds.settle_sold(std::slice::from_ref(&claim)).await.unwrap();
                sold.push(seat);
                progress.send(()).await.unwrap();
            }
            sold
        });
    }
    drop(progress);
    let mut count = 0;
    while sales.recv().await.is_some() {
        count += 1;
        if count % 3 == 0 {
            world.lose_redis().await;
        }
    }
    let sold: Vec<u32> = fans.join_all().await.into_iter().flatten().collect();
    let states = world.states().await;
    assert_eq!(sold.len(), 32);
    assert!(
        sold.iter().all(|seat| states.get(*seat) == SeatState::Sold),
        "no sold seat is shown as available"
    );
    assert_eq!(states.count(SeatState::Sold), 32);
    engines.finish().await;
}

#[rstest]
#[tokio::test]
async fn the_sweeper_finds_what_is_held_right_after_a_loss(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = World::new(&engines, 10, &[]).await;
    // The sweeper was told of the event by this one, and is not told again so soon.
    world.must_hold(UserId::new(), &[1], &[]).await;
    engines.lose_redis().await;
    let late = world.must_hold(UserId::new(), &[2], &[]).await;
    world.let_expire(late.hold_id).await;
    world.holds.sweep_all().await.unwrap();
    assert_eq!(world.states().await.get(2), SeatState::Available);
    engines.finish().await;
}
