//! Many at once. Each race comes with its negative control: the same without the script lets several through.

use std::sync::Arc;

use fred::{
    interfaces::{KeysInterface as _, SortedSetsInterface as _},
    types::Expiration,
};
use rstest::rstest;
use shared::{
    domain::UserId,
    locks::HoldOutcome,
    testing::{RedisKind, TestEngines},
};
use tokio::{sync::Barrier, task::JoinSet};

use super::world::World;

const TASKS: usize = 500;

/// Runs 500 tasks that start together and counts those that say yes.
async fn winners<F: Future<Output = bool> + Send + 'static>(attempt: impl Fn(usize) -> F) -> usize {
    let mut tasks = JoinSet::new();
    for number in 0..TASKS {
        tasks.spawn(attempt(number));
    }
    tasks.join_all().await.into_iter().filter(|won| *won).count()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_fans_want_one_seat_and_one_gets_it(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = Arc::new(World::new(&engines, 100, &[]).await);
    let won = winners(|number| {
        let world = world.clone();
        async move {
            // Everybody wants seat 42 and one more, in either order.
            let other = 42 + 1 + u32::try_from(number % 50).unwrap();
            let seats = if number % 2 == 0 { [42, other] } else { [other, 42] };
            let outcome = world.holds.hold(&world.request(UserId::new(), &seats, &[])).await.unwrap();
            match outcome {
                HoldOutcome::Held { .. } => true,
                HoldOutcome::Taken { seats } => {
                    assert!(seats.contains(&42), "the lost seat is named");
                    false
                }
                other => panic!("{other:?}"),
            }
        }
    })
    .await;
    assert_eq!(won, 1);
    assert_eq!(world.holds.stock(world.event).await.unwrap().seats, 98, "the losers left nothing locked");
    engines.finish().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn control_looking_first_and_locking_then_lets_several_have_one_seat(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = Arc::new(World::new(&engines, 100, &[]).await);
    let everybody_has_looked = Arc::new(Barrier::new(TASKS));
    let won = winners(|number| {
        let (redis, key) = (engines.redis.clone(), world.keys.seat(42));
        let everybody_has_looked = everybody_has_looked.clone();
        async move {
            let free = redis.client().exists::<i64, _>(&key).await.unwrap() == 0;
            everybody_has_looked.wait().await;
            if free {
                let lock = Some(Expiration::PX(60_000));
                redis.client().set::<(), _, _>(&key, number.to_string(), lock, None, false).await.unwrap();
            }
            free
        }
    })
    .await;
    assert!(won > 1, "without the script {won} fans have the seat: the race above is a real one");
    engines.finish().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_area_never_takes_more_than_it_holds(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = Arc::new(World::new(&engines, 0, &[301]).await);
    let won = winners(|_| {
        let world = world.clone();
        async move {
            let outcome = world.holds.hold(&world.request(UserId::new(), &[], &[(0, 2)])).await.unwrap();
            matches!(outcome, HoldOutcome::Held { .. })
        }
    })
    .await;
    assert_eq!(won, 150, "two each, one place is left over");
    let stock = world.holds.stock(world.event).await.unwrap();
    assert_eq!((stock.areas[0].held, stock.available()), (300, 1));
    engines.finish().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn control_counting_first_and_adding_then_overfills_an_area(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = Arc::new(World::new(&engines, 0, &[301]).await);
    let everybody_has_counted = Arc::new(Barrier::new(TASKS));
    let won = winners(|number| {
        let (redis, key) = (engines.redis.clone(), world.keys.area(0));
        let everybody_has_counted = everybody_has_counted.clone();
        async move {
            let held = 2 * redis.client().zcard::<usize, _>(&key).await.unwrap();
            everybody_has_counted.wait().await;
            if held + 2 <= 301 {
                let entry = (4e12, format!("{number}:2"));
                redis.client().zadd::<(), _, _>(&key, None, None, false, false, entry).await.unwrap();
            }
            held + 2 <= 301
        }
    })
    .await;
    assert!(won > 150, "without the script {won} pairs are let in");
    engines.finish().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_past_the_limit_by_asking_many_times_at_once(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = Arc::new(World::new(&engines, 1_000, &[]).await);
    let user = UserId::new();
    let won = winners(|number| {
        let world = world.clone();
        async move {
            let seat = u32::try_from(number).unwrap();
            let outcome = world.holds.hold(&world.request(user, &[seat], &[])).await.unwrap();
            matches!(outcome, HoldOutcome::Held { .. })
        }
    })
    .await;
    assert_eq!(won, 8);
    engines.finish().await;
}
