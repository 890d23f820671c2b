//! Rooms whose fans trickle in as more messages than the broker delivers at once. Here that is few.

use std::sync::Arc;

use lapin::{options::QueueDeclareOptions, types::FieldTable};
use queue_api::{app::App, waiting_room::joins::SafePlace};
use secrecy::{ExposeSecret as _, SecretString};
use shared::{
    broker::topology::Queue,
    clock::Clock,
    testing::{Link, eventually},
};
use tokio_util::sync::CancellationToken;

use super::{Another, Fixture, Wishes, assert_in_order, recovery::until_releasers};
use crate::support::TestApp;

/// Messages of one queue that a releaser holds at most.
const PREFETCH: u16 = 40;

async fn room(wishes: Wishes) -> Fixture {
    Fixture::on(TestApp::start_with(|config| config.releaser_prefetch = PREFETCH).await, wishes).await
}

/// Joins one after the other: each is a message of its own.
async fn trickle(room: &Fixture, numbers: std::ops::Range<u32>) -> Vec<SafePlace> {
    let mut places = Vec::new();
    for number in numbers {
        places.push(room.join(&format!("fan-{number}")).await);
    }
    places
}

/// Messages in a queue that nobody consumes any more.
async fn messages(room: &Fixture, queue: &Queue) -> u32 {
    let connection = room.app.engines.broker().connect().await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
    let declared = channel.queue_declare(queue.name().into(), passive, FieldTable::default()).await.unwrap();
    connection.close(200, "bye".into()).await.unwrap();
    declared.message_count()
}

/// Another releaser instead of the room's own, with links between it and the broker: one it consumes through, one it
/// publishes through.
async fn releaser_behind_links(room: &Fixture) -> (Another, Link, Link) {
    room.app.kill_releasing();
    until_releasers(room, 0).await;
    let mut config = room.app.app.config.clone();
    let url = config.engines.amqp_url.expose_secret().to_owned();
    let ((consuming, through), (publishing, other)) = (Link::to_url(&url).await, Link::to_url(&url).await);
    config.engines.amqp_url = SecretString::from(other);
    let mut app = App::new(config, Clock::System, CancellationToken::new()).unwrap();
    Arc::get_mut(&mut app).expect("nobody else has it").broker.url = SecretString::from(through);
    let releasing = tokio::spawn(queue_api::waiting_room::run(Arc::clone(&app)));
    until_releasers(room, 1).await;
    (Another { app, releasing }, consuming, publishing)
}

#[tokio::test]
async fn a_lobby_that_trickles_in_is_drawn_whole() {
    let room = room(Wishes::default()).await;
    let answered = trickle(&room, 0..150).await;
    room.open().await;
    let admitted = room.until_admitted(150).await;
    assert_in_order(&admitted, &room.view().await, &answered);
    assert!(room.app.app.waiting_rooms.metrics.folded.get() >= 100);
    room.finish().await;
}

#[tokio::test]
async fn a_line_that_grows_while_it_is_paused_survives_the_loss_of_redis() {
    let room = room(Wishes::default()).await;
    let mut answered = room.join_many(0..5).await;
    room.open().await;
    room.until_admitted(5).await;
    room.change(serde_json::json!({"phase": "paused"})).await.expect(200);
    answered.extend(trickle(&room, 5..120).await);
    room.app.engines.lose_redis().await;
    let view = room.view().await;
    assert_eq!((view.joined, view.serving), (120, 5));
    room.change(serde_json::json!({"phase": "open"})).await.expect(200);
    let admitted = room.until_admitted(120).await;
    assert_in_order(&admitted, &room.view().await, &answered);
    room.finish().await;
}

/// The broker has the big message and never hears that the small ones are done with.
#[tokio::test]
async fn who_dies_between_folding_and_acknowledging_doubles_nobody() {
    let room = room(Wishes::default()).await;
    let (dying, consuming, _publishing) = releaser_behind_links(&room).await;
    let mut answered = trickle(&room, 0..5).await;
    consuming.deafen();
    answered.extend(trickle(&room, 5..u32::from(PREFETCH) / 2).await);
    let folded = &dying.app.waiting_rooms.metrics.folded;
    eventually("it has folded", || async { (folded.get() > 0).then_some(()) }).await;
    dying.kill();
    consuming.cut();
    until_releasers(&room, 0).await;
    let lobby = Queue::Lobby(room.event);
    let there = messages(&room, &lobby).await;
    let marks = 1..=2;
    let small = u32::from(PREFETCH) / 2;
    assert!(marks.contains(&(there - small - 1)), "{there}: every small one, the big one, and marks");

    let next = Another::start(&room.app);
    answered.extend(trickle(&room, 20..90).await);
    room.open().await;
    let admitted = room.until_admitted(90).await;
    assert_eq!(admitted.len(), 90);
    assert_in_order(&admitted, &room.view().await, &answered);
    next.stop().await;
    room.finish().await;
}

/// Nothing may be acknowledged that was not published: the releaser cannot publish, then it dies.
#[tokio::test]
async fn who_cannot_fold_acknowledges_nothing() {
    let room = room(Wishes::default()).await;
    let (dying, consuming, publishing) = releaser_behind_links(&room).await;
    publishing.cut();
    let answered = trickle(&room, 0..u32::from(PREFETCH)).await;
    let metrics = &dying.app.waiting_rooms.metrics;
    eventually("it has tried", || async { (metrics.unfolded.get() > 0).then_some(()) }).await;
    assert_eq!(metrics.folded.get(), 0);
    dying.kill();
    consuming.cut();
    until_releasers(&room, 0).await;
    let there = messages(&room, &Queue::Lobby(room.event)).await;
    assert!(there > u32::from(PREFETCH), "{there}: every one, and marks");
    let next = Another::start(&room.app);
    room.open().await;
    let admitted = room.until_admitted(answered.len()).await;
    assert_in_order(&admitted, &room.view().await, &answered);
    next.stop().await;
    room.finish().await;
}
