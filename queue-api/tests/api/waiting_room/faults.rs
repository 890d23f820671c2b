//! What must survive when something breaks.

use std::sync::Arc;

use fred::{
    interfaces::{HashesInterface as _, KeysInterface as _},
    types::scripts::Script,
};
use futures_util::future::join_all;
use http::Method;
use queue_api::waiting_room::joins::SafePlace;
use secrecy::{ExposeSecret as _, SecretString};
use shared::{
    domain::{PlaceId, RoomPhase},
    testing::{Link, TestEngines, eventually},
};

use super::{Another, Fixture, Wishes, assert_in_order, assert_within};
use crate::support::TestApp;

#[tokio::test]
async fn a_lobby_survives_the_loss_of_redis() {
    let room = Fixture::new(Wishes::default()).await;
    let http = room.join_by_http(None).await;
    let mut answered = room.join_many(0..100).await;
    room.app.engines.lose_redis().await;
    let view = room.view().await;
    assert_eq!((view.joined, view.phase), (101, RoomPhase::Lobby));
    // The same device finds its place, and so does its token.
    let device = http.headers["onsale-device"].to_str().unwrap();
    let again = room.join_by_http(Some(device)).await.json();
    assert_eq!(again["id"], http.json()["id"]);
    assert_eq!(room.place(Method::GET, &http.json(), "").await.json()["state"], "waiting");
    answered.extend(room.join_many(90..110).await);
    assert_eq!(room.view().await.joined, 111);
    room.open().await;
    let admitted = room.until_admitted(111).await;
    assert_in_order(&admitted, &room.view().await, &answered);
    room.finish().await;
}

#[tokio::test]
async fn a_line_survives_the_loss_of_redis() {
    let room = Fixture::new(Wishes { cap: 30, ..Wishes::default() }).await;
    let answered = room.join_many(0..100).await;
    room.open().await;
    let before = room.until_admitted(30).await;
    let shopper = before[3].ordinal.unsigned_abs();
    let redis = room.app.app.waiting_rooms.room(room.event);
    let pass = redis.claim(shopper).await.unwrap().unwrap();
    let leaver = room.view().await.draw().unwrap().ordinal(50);
    assert!(redis.leave(leaver, PlaceId::new()).await.unwrap());
    eventually("claim and leaving are written down", || async {
        let written: (i64, i64) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM admissions WHERE claimed_at IS NOT NULL), (SELECT count(*) FROM departures)",
        )
        .fetch_one(&room.app.app.pool)
        .await
        .unwrap();
        (written == (1, 1)).then_some(())
    })
    .await;

    room.app.engines.lose_redis().await;
    let view = room.view().await;
    // All thirty still have their lease: the cap holds, nobody else came in, the pass keeps its end.
    assert_eq!((view.joined, view.serving, view.shopping, view.phase), (100, 30, 30, RoomPhase::Open));
    let again = redis.claim(shopper).await.unwrap().unwrap();
    assert!((again.expires_at_ms - pass.expires_at_ms).abs() <= 1, "{again:?} {pass:?}");
    assert_eq!(room.admitted().await.len(), 30);
    // One of them joins again: it is still the same place.
    let fan = &answered[usize::try_from(shopper).unwrap()];
    let who = answered.iter().position(|place| place.place.ordinal == fan.place.ordinal).unwrap();
    let same = room.join(&format!("fan-{who}")).await;
    assert_eq!(same.place.place, fan.place.place);

    room.change(serde_json::json!({"lease_cap": 1_000})).await;
    let admitted = room.until_admitted(99).await;
    let stayed: Vec<_> = answered.iter().filter(|place| place.place.ordinal != leaver).cloned().collect();
    assert_in_order(&admitted, &room.view().await, &stayed);
    room.until("the line has passed", |view| view.serving == 100).await;
    room.finish().await;
}

/// A replica takes over that lacks the last writes: the room went back in time, and would give ordinals twice.
#[tokio::test]
async fn a_room_that_went_back_in_time_is_made_again() {
    let room = Fixture::new(Wishes::default()).await;
    let mut answered = room.join_many(0..10).await;
    let keys = room.app.engines.redis.event(room.event);
    let client = room.app.engines.redis.client();
    let back = [("next", "4"), ("run", "another")];
    client.hset::<(), _, _>(keys.room(), back.to_vec()).await.unwrap();
    client.hdel::<(), _, _>(keys.who(), vec!["fan-7"]).await.unwrap();
    let again = eventually("joining is possible again", || async {
        room.app.app.waiting_rooms.joins.join(room.event, "fan-7".into()).await.ok()
    })
    .await;
    assert_eq!(again.place.place, answered[7].place.place);
    answered.push(room.join("late").await);
    assert_eq!((answered[10].place.ordinal, room.view().await.epoch), (10, 2));
    room.open().await;
    let admitted = room.until_admitted(11).await;
    assert_in_order(&admitted, &room.view().await, &answered);
    room.finish().await;
}

/// Redis forgets again and again while fans join and come in; nobody who was answered is lost or comes in twice.
#[tokio::test]
async fn joins_survive_redis_forgetting_again_and_again() {
    let room = Fixture::new(Wishes { cap: 5_000, ..Wishes::default() }).await;
    room.join_many(0..20).await;
    room.open().await;
    let joins = &room.app.app.waiting_rooms.joins;
    let mut answered = Vec::new();
    for round in 1..=3_u32 {
        let fans = round * 20..(round + 1) * 20;
        let room = &room;
        let joining = join_all(fans.map(|number| async move {
            let who: Arc<str> = format!("fan-{number}").into();
            let join = || async { joins.join(room.event, Arc::clone(&who)).await.ok() };
            eventually("a join succeeds", join).await
        }));
        let (joined, ()) = tokio::join!(joining, room.app.engines.lose_redis());
        answered.extend(joined);
    }
    // A place answered before the last loss is the one that counts; who asks again gets it again.
    let count = room.view().await.joined;
    room.until("everybody came in", |view| view.serving == count).await;
    let admitted = eventually("it is written down", || async {
        let admitted = room.admitted().await;
        let came = |place: &SafePlace| {
            admitted.iter().any(|other| other.ordinal.unsigned_abs() == place.place.ordinal)
        };
        answered.iter().all(came).then_some(admitted)
    })
    .await;
    assert_in_order(&admitted, &room.view().await, &answered);
    room.finish().await;
}

#[tokio::test]
async fn the_line_goes_on_after_the_broker_was_cut_off() {
    let app = TestApp::start().await;
    let (link, through) = Link::to_url(app.app.config.engines.amqp_url.expose_secret()).await;
    let room = Fixture::on(app, Wishes { cap: 10, ..Wishes::default() }).await;
    let answered = room.join_many(0..60).await;
    room.open().await;
    room.until_admitted(10).await;

    // A second process behind a link becomes the one that releases, then loses the broker.
    let through = SecretString::from(through);
    let behind = Another::start_with(&room.app, |config| config.engines.amqp_url = through);
    eventually("it is connected", || async { behind.app.publisher.connected().then_some(()) }).await;
    link.cut();
    room.change(serde_json::json!({"lease_cap": 30})).await;
    room.until_admitted(30).await;
    link.heal();
    room.change(serde_json::json!({"lease_cap": 1_000})).await;
    let admitted = room.until_admitted(60).await;
    assert_in_order(&admitted, &room.view().await, &answered);
    assert_within(&admitted[..10], 10, 100_000);
    behind.stop().await;
    room.finish().await;
}

/// Negative control of atomicity: a release that first asks and then acts, run side by side, breaks the cap.
#[tokio::test]
async fn a_release_in_two_steps_breaks_the_cap() {
    let engines = TestEngines::start().await;
    let leases = engines.redis.key("leases");
    let ask = Script::from_lua("return redis.call('ZCARD', KEYS[1])");
    let act = Script::from_lua("return redis.call('ZADD', KEYS[1], 1, ARGV[1])");
    const CAP: i64 = 5;
    let release = |number: usize| {
        let (engines, leases, ask, act) = (&engines, leases.clone(), &ask, &act);
        async move {
            let live: i64 = engines.redis.run(ask, vec![leases.clone()], vec![]).await.unwrap();
            if live < CAP {
                let _: i64 =
                    engines.redis.run(act, vec![leases], vec![number.to_string().into()]).await.unwrap();
            }
        }
    };
    join_all((0..50).map(release)).await;
    let live: i64 = engines.redis.run(&ask, vec![leases.clone()], vec![]).await.unwrap();
    assert!(live > CAP, "only {live} leases: the race did not happen");
    engines.redis.client().del::<(), _>(leases).await.unwrap();
    engines.finish().await;
}
