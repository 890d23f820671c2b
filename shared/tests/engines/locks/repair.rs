//! A view that shows something else than PostgreSQL and the locks say.

use fred::interfaces::KeysInterface as _;
use rstest::rstest;
use shared::{
    domain::{SeatState, UserId},
    testing::{RedisKind, TestEngines},
};

use super::world::{World, users};

#[rstest]
#[tokio::test]
async fn seats_that_are_shown_wrongly_are_mended(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = World::new(&engines, 20, &[]).await;
    let user = users(&engines, 1).await[0];
    let sold = world.must_hold(user, &[1], &[]).await;
    assert!(world.commit(&sold).await);
    world.holds.settle_sold(std::slice::from_ref(&sold)).await.unwrap();
    let held = world.must_hold(UserId::new(), &[2], &[]).await;
    assert!(world.holds.repair_view(world.event).await.unwrap().is_empty(), "nothing is wrong");

    // Seats 0 to 3 as: sold, available, available, held. Nothing of it is true.
    let wrong = [0b1000_0001_u8];
    engines.redis.client().setrange::<(), _, _>(world.keys.view(), 0, wrong.as_slice()).await.unwrap();
    let mended = world.holds.repair_view(world.event).await.unwrap();
    let mended: Vec<_> = mended.iter().map(|one| (one.seat, one.was as u8, one.is as u8)).collect();
    assert_eq!(mended, [(0, 2, 0), (1, 0, 2), (2, 0, 1), (3, 1, 0)]);
    let states = world.states().await;
    assert_eq!([0, 1, 2, 3].map(|seat| states.get(seat) as u8), [0, 2, 1, 0]);

    // A hold whose time is over leaves nothing behind, also where nobody swept.
    world.let_expire(held.hold_id).await;
    world.holds.repair_view(world.event).await.unwrap();
    assert_eq!(world.states().await.get(2), SeatState::Available);
    engines.finish().await;
}
