//! Mails while more people come than can be served.

use std::time::{Duration, Instant};

use fred::interfaces::KeysInterface as _;
use shared::rush;

use crate::{mail::Booked, support::World};

#[tokio::test]
async fn mails_give_way_in_a_rush_and_all_come() {
    let world = World::new().await;
    let redis = &world.engines.redis;
    let (first, second) = (Booked::new(&world).await, Booked::new(&world).await);
    rush::say(redis).await.unwrap();
    // Longer than the test takes.
    let extended: i64 = redis.client().expire(redis.key("rush"), 600, None).await.unwrap();
    assert_eq!(extended, 1);
    let notifier = world.notifier_with(|config| config.mail.mails_in_a_rush = 1).await;
    let begun = Instant::now();
    for booked in [&first, &second] {
        world.publish(&booked.confirmed()).await;
    }
    for booked in [&first, &second] {
        assert_eq!(booked.settled().await, ("sent".into(), 0));
    }
    assert!(begun.elapsed() >= Duration::from_secs(2), "each waits its second: {:?}", begun.elapsed());
    world.finish([notifier]).await;
}
