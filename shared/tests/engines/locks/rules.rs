//! One rule a test.

use fred::interfaces::{
    ClientLike as _, EventInterface as _, KeysInterface as _, PubsubInterface as _, SortedSetsInterface as _,
};
use rstest::rstest;
use shared::{
    contracts::live::SeatChanges,
    domain::{HoldId, SeatState, UserId},
    locks::{Claimed, Extended, HoldOutcome, Released},
    testing::{RedisKind, TestEngines, eventually},
};

use super::world::World;

#[rstest]
#[tokio::test]
async fn a_conflict_names_the_seats_that_are_gone_and_locks_nothing(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = World::new(&engines, 10, &[]).await;
    world.must_hold(UserId::new(), &[3, 4], &[]).await;
    let outcome = world.holds.hold(&world.request(UserId::new(), &[2, 3, 4, 5], &[])).await.unwrap();
    assert_eq!(outcome, HoldOutcome::Taken { seats: vec![3, 4] });
    let states = world.states().await;
    assert!(states.is_available(2) && states.is_available(5));
    engines.finish().await;
}

#[rstest]
#[tokio::test]
async fn a_lock_ends_by_itself_and_a_sweeper_only_refreshes_the_view(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = World::new(&engines, 10, &[5]).await;
    let mut brief = world.request(UserId::new(), &[1], &[(0, 5)]);
    brief.ttl_ms = 1;
    world.holds.hold(&brief).await.unwrap();
    eventually("the lock ends", async || {
        let locked: i64 = engines.redis.client().exists(world.keys.seat(1)).await.unwrap();
        (locked == 0).then_some(())
    })
    .await;
    assert_eq!(world.states().await.get(1), SeatState::Held, "nobody has looked yet");
    assert_eq!(world.holds.get(world.event, brief.hold_id).await.unwrap(), None);
    world.must_hold(UserId::new(), &[1], &[(0, 5)]).await;
    assert_eq!(world.holds.sweep(world.event).await.unwrap(), 1);
    assert_eq!(world.states().await.get(1), SeatState::Held, "the second hold is not swept away");
    assert_eq!(world.holds.stock(world.event).await.unwrap().areas[0].held, 5);
    engines.finish().await;
}

#[rstest]
#[tokio::test]
async fn the_sweeper_finds_events_by_itself(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = World::new(&engines, 10, &[]).await;
    let claim = world.must_hold(UserId::new(), &[1, 2], &[]).await;
    let living = world.must_hold(UserId::new(), &[5], &[]).await;
    world.let_expire(claim.hold_id).await;
    world.holds.sweep_all().await.unwrap();
    let states = world.states().await;
    assert_eq!([1, 2, 5].map(|seat| states.get(seat) as u8), [0, 0, 1]);
    assert!(world.holds.find(living.hold_id).await.unwrap().is_some());
    engines.finish().await;
}

#[rstest]
#[tokio::test]
async fn nobody_releases_what_another_holds(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = World::new(&engines, 10, &[]).await;
    let claim = world.must_hold(UserId::new(), &[1], &[]).await;
    let release = async |user| world.holds.release(world.event, claim.hold_id, user).await.unwrap();
    assert_eq!(release(UserId::new()).await, Released::Gone);
    assert_eq!(world.states().await.get(1), SeatState::Held);
    assert_eq!(release(claim.user_id).await, Released::Done);
    assert_eq!(release(claim.user_id).await, Released::Gone);
    assert!(world.states().await.is_available(1));
    engines.finish().await;
}

#[rstest]
#[tokio::test]
async fn an_accepted_booking_keeps_its_hold_from_being_given_back(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = World::new(&engines, 10, &[]).await;
    let claim = world.must_hold(UserId::new(), &[1], &[]).await;
    let (event, hold, user) = (world.event, claim.hold_id, claim.user_id);
    let extended = world.holds.extend(event, hold, user, 900_000).await.unwrap();
    let Extended::Done { deadline_ms } = extended else { panic!("{extended:?}") };
    let again = world.holds.extend(event, hold, user, 9_000_000).await.unwrap();
    assert_eq!(again, Extended::Already { deadline_ms }, "once only");
    world.holds.pin(event, hold, user, 3_600_000).await.unwrap();
    assert_eq!(world.holds.release(event, hold, user).await.unwrap(), Released::Pinned);
    assert!(world.holds.get(event, hold).await.unwrap().unwrap().deadline_ms > deadline_ms);
    engines.finish().await;
}

#[rstest]
#[tokio::test]
async fn the_limit_counts_what_is_held_and_what_was_bought(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = World::new(&engines, 20, &[10]).await;
    let user = crate::support::a_user(&engines).await;
    let bought = world.must_hold(user, &[0, 1, 2], &[]).await;
    assert!(world.commit(&bought).await);
    world.holds.settle_sold(std::slice::from_ref(&bought)).await.unwrap();
    world.must_hold(user, &[3, 4], &[(0, 2)]).await;
    let ask = async |seats: &[u32]| world.holds.hold(&world.request(user, seats, &[])).await.unwrap();
    assert_eq!(ask(&[5, 6]).await, HoldOutcome::LimitReached { has: 7 });
    assert!(matches!(ask(&[5]).await, HoldOutcome::Held { .. }));
    engines.finish().await;
}

#[rstest]
#[tokio::test]
async fn a_hold_needs_a_living_lease_and_a_lease_has_one_hold(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = World::new(&engines, 10, &[]).await;
    let lease = async |ordinal: u64, expires_ms: f64| {
        let member = (expires_ms, ordinal.to_string());
        let client = engines.redis.client();
        client.zadd::<(), _, _>(world.keys.leases(), None, None, false, false, member).await.unwrap();
    };
    let user = UserId::new();
    let ask = async |ordinal, seat| {
        let mut request = world.request(user, &[seat], &[]);
        request.lease = Some(ordinal);
        (request.hold_id, world.holds.hold(&request).await.unwrap())
    };
    assert_eq!(ask(7, 0).await.1, HoldOutcome::LeaseOver, "no lease at all");
    lease(7, 1.0).await;
    assert_eq!(ask(7, 0).await.1, HoldOutcome::LeaseOver, "an expired lease");
    lease(7, 4e12).await;
    let (first, outcome) = ask(7, 0).await;
    assert!(matches!(outcome, HoldOutcome::Held { .. }));
    assert_eq!(ask(7, 1).await.1, HoldOutcome::HoldExists { hold_id: first });
    world.holds.release(world.event, first, user).await.unwrap();
    let (second, outcome) = ask(7, 1).await;
    assert!(matches!(outcome, HoldOutcome::Held { .. }));
    let held = world.holds.find(second).await.unwrap().unwrap();
    assert_eq!(held.lease, Some(7));
    world.holds.settle_sold(&[(&held).into()]).await.unwrap();
    assert_eq!(ask(7, 2).await.1, HoldOutcome::LeaseOver, "the sale has ended the lease");
    engines.finish().await;
}

#[rstest]
#[tokio::test]
async fn a_repeated_hold_gives_the_same_answer(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = World::new(&engines, 10, &[5]).await;
    let request = world.request(UserId::new(), &[1, 2], &[(0, 3)]);
    let first = world.holds.hold(&request).await.unwrap();
    assert_eq!(world.holds.hold(&request).await.unwrap(), first);
    assert_eq!(world.holds.stock(world.event).await.unwrap().areas[0].held, 3);
    engines.finish().await;
}

#[rstest]
#[tokio::test]
async fn a_claim_regains_what_nobody_took_and_loses_what_somebody_did(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = World::new(&engines, 10, &[3]).await;
    let mut claims = Vec::new();
    for (seat, quantity) in [(0, 1), (1, 1), (2, 1)] {
        claims.push(world.must_hold(UserId::new(), &[seat], &[(0, quantity)]).await);
    }
    for claim in &claims[1..] {
        world.let_expire(claim.hold_id).await;
    }
    world.must_hold(UserId::new(), &[2], &[]).await;
    let claimed = world.holds.claim(&claims).await.unwrap();
    assert_eq!(claimed, [Claimed::Owned, Claimed::Regained, Claimed::Lost]);
    assert_eq!(world.holds.claim(&claims).await.unwrap(), [Claimed::Owned, Claimed::Owned, Claimed::Lost]);
    engines.finish().await;
}

#[rstest]
#[tokio::test]
async fn changes_that_are_told_add_up_to_the_snapshot(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let world = World::new(&engines, 40, &[50]).await;
    let mut states = world.states().await;
    let mut version = world.holds.snapshot(world.event).await.unwrap().version;
    let subscriber = engines.redis.subscriber().unwrap();
    let mut messages = subscriber.message_rx();
    subscriber.wait_for_connect().await.unwrap();
    subscriber.subscribe(world.keys.seats_channel()).await.unwrap();

    let kept = world.must_hold(UserId::new(), &[1, 2, 3], &[(0, 4)]).await;
    let released = world.must_hold(UserId::new(), &[7], &[]).await;
    let expired = world.must_hold(UserId::new(), &[8, 9], &[(0, 1)]).await;
    world.holds.release(world.event, released.hold_id, released.user_id).await.unwrap();
    world.let_expire(expired.hold_id).await;
    world.holds.sweep(world.event).await.unwrap();
    world.holds.settle_sold(std::slice::from_ref(&kept)).await.unwrap();
    let meant = world.holds.snapshot(world.event).await.unwrap();

    let mut left = None;
    while version < meant.version {
        let message: SeatChanges =
            serde_json::from_str(&messages.recv().await.unwrap().value.as_string().unwrap()).unwrap();
        assert_eq!(message.version, version + 1, "no gap");
        version = message.version;
        for (seat, state) in message.seats {
            states.set(seat, SeatState::from_bits(state));
        }
        left = message.areas.first().copied().or(left);
    }
    assert_eq!(states, world.states().await);
    assert_eq!(left, Some((0, 46)));
    engines.finish().await;
}

#[rstest]
#[tokio::test]
async fn an_unknown_event_is_an_error_and_leaves_nothing(
    #[values(RedisKind::Single, RedisKind::Cluster)] redis: RedisKind,
) {
    let engines = TestEngines::on(redis).await;
    let mut world = World::new(&engines, 10, &[]).await;
    world.event = shared::domain::EventId::new();
    let refused = world.holds.hold(&world.request(UserId::new(), &[0], &[])).await;
    assert!(matches!(refused, Err(shared::locks::LockError::NoSeatMap(_))), "{refused:?}");
    assert!(world.holds.find(HoldId::new()).await.unwrap().is_none());
    engines.finish().await;
}
