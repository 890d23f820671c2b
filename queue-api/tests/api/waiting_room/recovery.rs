//! Recovery from the loss of whole engines and processes: each is really killed. Every test ends with the audit.

use std::{
    cell::Cell,
    collections::HashMap,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use fred::interfaces::SortedSetsInterface as _;
use futures_util::future::join_all;
use http_body_util::Full;
use lapin::options::QueueDeclareOptions;
use queue_api::waiting_room::joins::SafePlace;
use serde_json::Value;
use shared::{
    broker::topology::Queue,
    domain::{PlaceId, Role, RoomPhase, UserId},
    testing::{RabbitServer, RedisServer, eventually},
};
use tokio::sync::Notify;

use super::{Fixture, Wishes, assert_in_order, token};
use crate::{process::ApiProcess, support::TestApp};

/// Promises 4 and 5, as the auditor sees them.
async fn assert_audit(room: &Fixture) {
    let pool = &room.app.app.pool;
    for finding in [audit::promises::admissions::look(pool).await, audit::promises::order::look(pool).await] {
        let finding = finding.unwrap();
        assert!(finding.holds(), "{finding}");
    }
}

/// Joins by HTTP until it succeeds: everything else must be "come again". How long it took, and how often it was
/// refused.
async fn until_joinable(room: &Fixture) -> (Duration, u32) {
    let (began, refused) = (Instant::now(), Cell::new(0));
    let joined = eventually("joining is possible again", || {
        let answered = room.join_by_http(None);
        let refused = &refused;
        async move {
            let answer = answered.await;
            if answer.status == 202 {
                return Some(answer.json());
            }
            assert_eq!(answer.status, 503, "{}", answer.json());
            assert!(answer.headers.contains_key("retry-after"), "{answer:?}");
            refused.set(refused.get() + 1);
            None
        }
    })
    .await;
    assert_eq!(joined["state"], "waiting");
    (began.elapsed(), refused.get())
}

/// Everybody who was answered finds the same place by joining again.
async fn assert_found(room: &Fixture, answered: &[SafePlace]) {
    for (place, number) in answered.iter().zip(0..).step_by(7) {
        let again = room.join(&format!("fan-{number}")).await;
        assert_eq!((again.place.place, again.place.ordinal), (place.place.place, place.place.ordinal));
    }
}

#[tokio::test]
async fn an_empty_redis_in_place_of_the_old_one_costs_no_place() {
    let mut redis = RedisServer::start().await;
    let app = TestApp::start_with(|config| config.engines.redis_url = redis.url()).await;
    let room = Fixture::on(app, Wishes { cap: 30, ..Wishes::default() }).await;
    let answered = room.join_many(0..150).await;

    redis.replace_by_an_empty_one().await;
    let (lobby, refused) = until_joinable(&room).await;
    let view = room.view().await;
    assert_eq!((view.joined, view.phase), (151, RoomPhase::Lobby));
    assert_found(&room, &answered).await;

    room.open().await;
    room.until_admitted(30).await;
    redis.replace_by_an_empty_one().await;
    let (line, refused_in_line) = until_joinable(&room).await;
    let view = room.view().await;
    assert_eq!((view.joined, view.serving, view.shopping, view.epoch), (152, 30, 30, 3));
    room.change(serde_json::json!({"lease_cap": 1_000})).await;
    let admitted = room.until_admitted(152).await;
    assert_in_order(&admitted, &room.view().await, &answered);
    assert_audit(&room).await;
    println!(
        "joining again after {lobby:?} in the lobby ({refused} refused), {line:?} in the line ({refused_in_line})"
    );
    assert!(lobby.max(line) < Duration::from_secs(10), "{lobby:?}, {line:?}");
    room.finish().await;
}

#[tokio::test]
async fn a_restarted_broker_still_has_every_place() {
    let mut rabbit = RabbitServer::start().await;
    let app = TestApp::start_with(|config| config.engines.amqp_url = rabbit.url()).await;
    let room = Fixture::on(app, Wishes { cap: 20, ..Wishes::default() }).await;
    let mut answered = room.join_many(0..100).await;
    rabbit.kill_and_start_again().await;
    let (lobby, _) = until_joinable(&room).await;
    assert_found(&room, &answered).await;

    room.open().await;
    room.until_admitted(20).await;
    answered.extend(room.join_many(100..150).await);
    rabbit.kill_and_start_again().await;
    let began = Instant::now();
    room.change(serde_json::json!({"lease_cap": 1_000})).await;
    let admitted = room.until_admitted(answered.len() + 1).await;
    let line = began.elapsed();
    assert_in_order(&admitted, &room.view().await, &answered);
    assert_audit(&room).await;
    println!("after the broker was there again: joining after {lobby:?}, the last came in after {line:?}");
    room.finish().await;
}

/// Waits until so many processes consume the lobby's queue.
pub(super) async fn until_releasers(room: &Fixture, count: u32) {
    let connection = room.app.engines.broker().connect().await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
    let name = Queue::Lobby(room.event).name();
    eventually("all stand in line", || async {
        let queue = channel.queue_declare(name.clone().into(), passive, lapin::types::FieldTable::default());
        (queue.await.unwrap().consumer_count() == count).then_some(())
    })
    .await;
    connection.close(200, "bye".into()).await.unwrap();
}

/// Fans shop in no time: every lease is given back until `count` have come in.
async fn shop_until(room: &Fixture, count: usize) {
    let redis = room.app.app.waiting_rooms.room(room.event);
    let leases = room.app.engines.redis.event(room.event).leases();
    let client = room.app.engines.redis.client();
    eventually("fans come in", || async {
        let live: Vec<String> = client.zrange(&leases, 0, -1, None, false, None, false).await.unwrap();
        for ordinal in live {
            redis.leave(ordinal.parse().unwrap(), PlaceId::new()).await.unwrap();
        }
        (room.view().await.serving >= count as u64).then_some(())
    })
    .await;
}

#[tokio::test]
async fn another_process_goes_on_when_the_releasing_one_is_killed() {
    let room = Fixture::new(Wishes { cap: 7, ..Wishes::default() }).await;
    let answered = room.join_many(0..200).await;
    room.app.kill_releasing();
    until_releasers(&room, 0).await;
    let mut first = ApiProcess::start(&room.app).await;
    until_releasers(&room, 1).await;
    let mut second = ApiProcess::start(&room.app).await;
    let mut third = ApiProcess::start(&room.app).await;
    room.open().await;
    shop_until(&room, 50).await;
    first.kill().await;
    shop_until(&room, 120).await;
    second.kill().await;
    shop_until(&room, 200).await;
    let admitted = room.until_admitted(200).await;
    assert_in_order(&admitted, &room.view().await, &answered);
    super::assert_within(&admitted, 7, 100_000);
    assert_audit(&room).await;
    let gaps = admitted.windows(2).map(|pair| pair[1].admitted_at - pair[0].admitted_at);
    let gap = gaps.max().unwrap();
    println!("the longest time in which nobody came in: {gap}");
    assert!(gap < time::Duration::seconds(5), "nobody took over for {gap}");
    third.kill().await;
    room.finish().await;
}

/// One join of a fan with an account; none when the process was killed meanwhile or says "come again".
async fn join_at(room: &Fixture, base: &str, fan: &str) -> Option<Value> {
    let uri = format!("{base}/api/events/{}/waiting-room/places", room.event);
    let request = http::Request::post(uri).header("authorization", format!("Bearer {fan}"));
    let answer = room.app.try_send(request.body(Full::default()).unwrap()).await?;
    assert!([202, 503].contains(&answer.status.as_u16()), "{}", answer.json());
    (answer.status == 202).then(|| answer.json())
}

#[tokio::test]
async fn an_api_killed_during_joins_forgets_nobody_it_answered() {
    let room = Fixture::new(Wishes::default()).await;
    let mut process = ApiProcess::start(&room.app).await;
    let fans: Vec<String> = (0..500).map(|_| token(&room.app, UserId::new(), Role::Fan)).collect();
    let (answered, enough, base) = (AtomicUsize::new(0), Notify::new(), process.base.clone());
    let joining = join_all(fans.iter().map(|fan| async {
        let place = join_at(&room, &base, fan).await;
        if place.is_some() && answered.fetch_add(1, Ordering::Relaxed) == 60 {
            enough.notify_one();
        }
        place
    }));
    let killing = async {
        enough.notified().await;
        process.kill().await;
    };
    let (before, ()) = tokio::join!(joining, killing);
    let cut_off = before.iter().filter(|place| place.is_none()).count();
    assert!(cut_off > 0, "everybody was answered before the kill");

    process.start_again(&room.app).await;
    let again = join_all(fans.iter().map(|fan| {
        let room = &room;
        let base = base.as_str();
        eventually("a join succeeds", async move || join_at(room, base, fan).await)
    }))
    .await;
    for (before, again) in before.iter().zip(&again) {
        if let Some(before) = before {
            assert_eq!((&before["id"], &before["ordinal"]), (&again["id"], &again["ordinal"]));
        }
    }
    room.open().await;
    let admitted = room.until_admitted(fans.len()).await;
    assert_in_order(&admitted, &room.view().await, &[]);
    let came: HashMap<String, i64> =
        admitted.iter().map(|place| (place.place_id.to_string(), place.ordinal)).collect();
    for place in &again {
        assert_eq!(came.get(place["id"].as_str().unwrap()).copied(), place["ordinal"].as_i64(), "{place}");
    }
    assert_audit(&room).await;
    println!("{cut_off} of {} joins were cut off", fans.len());
    process.kill().await;
    room.finish().await;
}
