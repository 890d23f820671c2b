//! The room of an event that is just being published.

use std::collections::HashMap;

use futures_util::future::join;
use http::Method;
use queue_api::waiting_room::build::{Blueprint, Built};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use shared::{
    domain::{
        EventId, Role, RoomPhase, Seed,
        waiting_room::{Settings, WaitingRoom},
    },
    testing::{Link, TestEngines, eventually},
};

use super::Another;
use crate::{
    events::{a_seat_map, an_event, draft},
    support::{Account, Answer, TestApp},
};

/// A draft with a waiting room whose lobby is open as soon as it is published.
async fn ready_draft(app: &TestApp, organiser: &Account) -> EventId {
    let mut event = an_event("Rush");
    event["demand"] = json!("queue");
    let address = draft(app, organiser, event).await;
    let token = Some(organiser.access_token.as_str());
    app.call(Method::PUT, &format!("{address}/seat-map"), token, Some(a_seat_map())).await.expect(200);
    address.rsplit('/').next().unwrap().parse().unwrap()
}

async fn publish(app: &TestApp, organiser: &Account, event: EventId) -> Answer {
    app.post(&format!("/api/events/{event}/publish"), Some(&organiser.access_token), json!({})).await
}

async fn join_room(app: &TestApp, event: EventId) -> Answer {
    app.call(Method::POST, &format!("/api/events/{event}/waiting-room/places"), None, None).await
}

#[tokio::test]
async fn the_first_join_after_publishing_gets_a_place() {
    let app = TestApp::start().await;
    // Nobody else could make the room.
    app.kill_releasing();
    let organiser = app.account(Role::Organiser).await;
    let event = ready_draft(&app, &organiser).await;
    publish(&app, &organiser, event).await.expect(200);
    let place = join_room(&app, event).await.expect(202);
    assert_eq!(place["ordinal"], 0);

    // A releaser goes on with the same room.
    let another = Another::start(&app);
    let room = app.app.waiting_rooms.room(event);
    eventually("the fan may come in", || async { (room.look().await.ok()?.serving == 1).then_some(()) })
        .await;
    assert_eq!(room.look().await.unwrap().epoch, 1);
    another.stop().await;
    app.finish().await;
}

#[tokio::test]
async fn two_who_publish_at_once_make_one_room() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    for _ in 0..5 {
        let event = ready_draft(&app, &organiser).await;
        let (one, two) = join(publish(&app, &organiser, event), publish(&app, &organiser, event)).await;
        assert!(one.status == 200 || two.status == 200, "{one:?} {two:?}");
        join_room(&app, event).await.expect(202);
    }
    app.finish().await;
}

#[tokio::test]
async fn an_event_is_published_without_redis_and_gets_its_room_later() {
    let engines = TestEngines::start().await;
    let (link, through) = Link::to_url(engines.args.redis_url.expose_secret()).await;
    let app =
        TestApp::start_on(engines, |config| config.engines.redis_url = SecretString::from(through)).await;
    let organiser = app.account(Role::Organiser).await;
    let event = ready_draft(&app, &organiser).await;
    link.cut();
    publish(&app, &organiser, event).await.expect(200);
    join_room(&app, event).await.problem(503, "unavailable");
    link.heal();
    eventually("the room is made", || async { (join_room(&app, event).await.status == 202).then_some(()) })
        .await;
    app.finish().await;
}

/// A process begins to make the room, and goes on only after another one made it, a fan joined, and Redis forgot.
#[tokio::test]
async fn a_late_empty_room_never_takes_the_place_of_one_with_fans() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let event = ready_draft(&app, &organiser).await;
    let room = app.app.waiting_rooms.room(event);
    let late = room.begin().await.unwrap().unwrap();
    publish(&app, &organiser, event).await.expect(200);
    let fan = app.app.waiting_rooms.joins.join(event, "fan".into()).await.unwrap();

    let now_ms = room.now_ms().await.unwrap();
    let settings = Settings { opens_at_ms: now_ms, ..room.look().await.unwrap().settings };
    let empty = WaitingRoom::rebuild(
        settings,
        shared::domain::Lanes::ONE,
        RoomPhase::Scheduled,
        None,
        shared::domain::waiting_room::Checkpoint::default(),
        &[],
        now_ms,
    );
    let blueprint = Blueprint {
        room: &empty,
        places: &HashMap::new(),
        epoch: 1,
        version: 1,
        seed: &Seed::random(),
        pause_reason: "",
        now_ms,
    };
    assert_eq!(late.finish(&blueprint).await.unwrap(), Built::Exists);
    app.engines.lose_redis().await;
    // Whoever is first, the releaser or the late one: never the empty room.
    assert_ne!(late.finish(&blueprint).await.unwrap(), Built::Made);
    let again = eventually("the room is made again", || async {
        app.app.waiting_rooms.joins.join(event, "fan".into()).await.ok()
    })
    .await;
    assert_eq!(again.place.place, fan.place.place);
    app.finish().await;
}
