//! Joining.

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use http::Method;
use queue_api::waiting_room::joins::JoinFailure;
use secrecy::{ExposeSecret as _, SecretString};
use shared::{
    domain::RoomPhase,
    testing::{Link, eventually},
};

use super::{Another, Fixture, Wishes, assert_in_order};
use crate::support::Answer;

fn device_cookie(answer: &Answer) -> Option<&str> {
    let mut set = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
    set.find(|line| line.starts_with("onsale_device="))
}

#[tokio::test]
async fn a_device_and_an_account_have_one_place_each() {
    let room = Fixture::new(Wishes::default()).await;
    let first = room.join_by_http(None).await;
    assert_eq!(first.status, 202, "{}", first.json());
    let device = first.headers["onsale-device"].to_str().unwrap().to_owned();
    let cookie = device_cookie(&first).unwrap();
    assert!(cookie.starts_with(&format!("onsale_device={device}; ")), "{cookie}");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let place = first.json();
    assert_eq!(
        (&place["state"], &place["phase"], &place["ordinal"]),
        (&"waiting".into(), &"lobby".into(), &0.into())
    );
    assert!(place["number"].is_null() && place["poll_after_ms"].as_u64().unwrap() > 0);
    assert!(place["socket_url"].as_str().unwrap().starts_with("ws://"));

    let again = room.join_by_http(Some(&device)).await;
    assert_eq!((&again.json()["id"], again.status), (&place["id"], first.status));
    assert!(device_cookie(&again).is_none());
    assert_ne!(room.join_by_http(None).await.json()["id"], place["id"]);

    let fan = room.app.fan().await;
    let path = format!("/api/events/{}/waiting-room/places", room.event);
    let headers = [("onsale-device", device.as_str())];
    let call = |token: String| {
        let (room, path) = (&room, &path);
        async move { room.app.call_with(Method::POST, path, Some(&token), &headers, None).await }
    };
    let mine = call(fan.access_token.clone()).await;
    assert_ne!(mine.json()["id"], place["id"]);
    assert_eq!(call(fan.access_token.clone()).await.json()["id"], mine.json()["id"]);
    room.finish().await;
}

#[tokio::test]
async fn a_place_is_shown_to_its_owner_only() {
    let room = Fixture::new(Wishes::default()).await;
    let place = room.join_by_http(None).await.json();
    let other = room.join_by_http(None).await.json();
    assert_eq!(room.place(Method::GET, &place, "").await.json()["ordinal"], 0);
    let path = format!("/api/waiting-room/places/{}", place["id"].as_str().unwrap());
    room.app.call(Method::GET, &path, None, None).await.problem(401, "unauthorized");
    let foreign = [("onsale-place", other["token"].as_str().unwrap())];
    room.app.call_with(Method::GET, &path, None, &foreign, None).await.problem(404, "not-found");
    let forged = [("onsale-place", "x.y.z")];
    room.app.call_with(Method::DELETE, &path, None, &forged, None).await.problem(401, "unauthorized");
    room.place(Method::POST, &place, "/claim").await.problem(409, "not-your-turn");
    room.finish().await;
}

#[tokio::test]
async fn nobody_joins_before_the_lobby_opens_or_after_the_end() {
    let room = Fixture::new(Wishes { lobby_open: false, ..Wishes::default() }).await;
    let early = room.join_by_http(None).await.problem(409, "lobby-not-open");
    assert!(early["opens_at"].is_string(), "{early}");
    assert_eq!(room.change(serde_json::json!({"phase": "closed"})).await.status, 200);
    room.join_by_http(None).await.problem(410, "waiting-room-closed");
    let unknown = format!("/api/events/{}/waiting-room/places", uuid::Uuid::now_v7());
    room.app.call(Method::POST, &unknown, None, None).await.problem(404, "not-found");
    room.finish().await;
}

#[tokio::test]
async fn joins_that_arrive_together_share_a_message() {
    let room = Fixture::new(Wishes::default()).await;
    let metrics = &room.app.app.waiting_rooms.metrics;
    room.join("first").await;
    let places = room.join_many(0..800).await;
    let ordinals: BTreeSet<u64> = places.iter().map(|place| place.place.ordinal).collect();
    assert_eq!(ordinals, (1..801).collect());
    let groups = metrics.groups.get();
    assert!((2..200).contains(&groups), "{groups} groups for 801 joins");
    // The same fans again: the same places, and nothing new for the broker.
    let again = room.join_many(0..800).await;
    for (first, again) in places.iter().zip(&again) {
        assert_eq!((first.place.ordinal, first.place.place), (again.place.ordinal, again.place.place));
    }
    assert_eq!(room.view().await.joined, 801);
    room.finish().await;
}

#[tokio::test]
async fn a_join_the_broker_did_not_confirm_is_not_answered_and_the_place_survives_once() {
    let room = Fixture::new(Wishes::default()).await;
    let (link, through) = Link::to_url(room.app.app.config.engines.amqp_url.expose_secret()).await;
    let through = SecretString::from(through);
    let lame = Another::start_with(&room.app, |config| config.engines.amqp_url = through);
    eventually("it is connected", || async { lame.app.publisher.connected().then_some(()) }).await;

    // The broker gets the message, its confirm is lost; then the process is killed.
    link.mute();
    let joining = lame.app.waiting_rooms.joins.join(room.event, "fan".into());
    assert!(matches!(joining.await, Err(JoinFailure::Unavailable)));
    lame.kill();
    link.cut();

    // The fan tries again elsewhere: the same ordinal, and it comes in once.
    let before = room.view().await.joined;
    let place = room.join("fan").await;
    assert_eq!((place.place.ordinal, before, room.view().await.joined), (0, 1, 1));
    let others = room.join_many(0..20).await;
    room.open().await;
    let admitted = room.until_admitted(21).await;
    assert_in_order(&admitted, &room.view().await, &[vec![place], others].concat());
    lame.stop().await;
    room.finish().await;
}

#[tokio::test]
async fn a_join_that_was_never_published_does_not_hold_up_the_line() {
    let room = Fixture::new(Wishes::default()).await;
    // A process numbers two fans and dies before it publishes.
    let redis = room.app.app.waiting_rooms.room(room.event);
    let joiners = ["ghost", "fan"].map(|who| (who.into(), shared::domain::PlaceId::new(), 0));
    redis.join(&joiners).await.unwrap().unwrap();
    let others = room.join_many(0..10).await;
    room.open().await;
    let admitted = room.until_admitted(10).await;
    // The two may have been drawn behind everybody.
    let view = room.until("the line is served", |view| view.serving == 12).await;
    assert_in_order(&admitted, &view, &others);
    assert_eq!(view.phase, RoomPhase::Open);
    // One of them comes again: nobody had told it about its first place, so it is in the line like everybody.
    let again = room.join("fan").await;
    assert_eq!(again.place.ordinal, 12);
    room.until_admitted(11).await;
    room.finish().await;
}

#[tokio::test]
async fn when_the_door_is_full_nobody_loses_a_place() {
    const CROWD: u32 = 20_100;
    let room = Fixture::new(Wishes::default()).await;
    let (link, through) = Link::to_url(room.app.app.config.engines.amqp_url.expose_secret()).await;
    let through = SecretString::from(through);
    let slow = Another::start_with(&room.app, |config| config.engines.amqp_url = through);
    eventually("it is connected", || async { slow.app.publisher.connected().then_some(()) }).await;
    link.mute();
    let joins = &slow.app.waiting_rooms.joins;
    let mut crowd: FuturesUnordered<_> = (0..CROWD)
        .map(|fan| async move { (fan, joins.join(room.event, format!("fan-{fan}").into()).await) })
        .collect();
    let (turned_away, answer) = crowd.next().await.unwrap();
    assert!(matches!(answer, Err(JoinFailure::Busy)), "{answer:?}");
    link.heal();
    let answers: Vec<_> = crowd.collect().await;
    let mut ordinals = BTreeSet::new();
    for (fan, answer) in answers {
        let place = match answer {
            Ok(place) => place,
            Err(_) => room.join(&format!("fan-{fan}")).await,
        };
        assert!(ordinals.insert(place.place.ordinal), "{fan} got the place of somebody else");
    }
    assert!(ordinals.insert(room.join(&format!("fan-{turned_away}")).await.place.ordinal));
    assert_eq!(ordinals, (0..u64::from(CROWD)).collect());
    slow.stop().await;
    room.finish().await;
}
