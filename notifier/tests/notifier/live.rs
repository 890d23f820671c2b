//! Seats and lines: Redis channels to sockets.

use fred::interfaces::PubsubInterface as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use shared::{
    domain::{Demand, EventId},
    testing::{Link, sale::Sale},
};

use crate::support::{Socket, World};

async fn publish_seats(world: &World, event: EventId, version: u64, seats: Value) {
    let channel = world.engines.redis.event(event).seats_channel();
    let text = json!({"version": version, "seats": seats}).to_string();
    let _: i64 = world.engines.redis.client().publish(channel, text).await.unwrap();
}

async fn publish_line(world: &World, event: EventId, serving: u64) {
    let channel = world.engines.redis.event(event).line_channel();
    let line = json!({"phase": "open", "serving": serving, "joined": 900, "lobby_count": 40, "shopping": 3,
                      "admitted_last_minute": 60, "available": 17, "at_ms": 1});
    let _: i64 = world.engines.redis.client().publish(channel, line.to_string()).await.unwrap();
}

async fn subscribe(socket: &mut Socket, to: &str, event: EventId) {
    let answer = socket.ask(json!({"type": "subscribe", "to": to, "event": event}), "subscribed").await;
    assert_eq!((answer["to"].as_str(), &answer["event"]), (Some(to), &json!(event)));
}

#[tokio::test]
async fn changes_of_seats_come_together_and_in_order() {
    let world = World::new().await;
    let sale = Sale::open(&world.engines.pool, Demand::Direct, 4).await;
    let notifier = world.notifier_with(|config| config.sockets.seat_changes_ms = 400).await;
    let mut socket = notifier.socket().await;
    subscribe(&mut socket, "seats", sale.event_id).await;
    // The first after a rest goes at once; what follows is collected.
    publish_seats(&world, sale.event_id, 6, json!([[1, 1]])).await;
    assert_eq!(socket.hear("seats").await["version"], 6);
    publish_seats(&world, sale.event_id, 7, json!([[12, 1], [13, 1]])).await;
    publish_seats(&world, sale.event_id, 8, json!([[12, 2]])).await;
    let heard = socket.hear("seats").await;
    assert_eq!((&heard["after"], &heard["version"]), (&json!(6), &json!(8)));
    assert_eq!(heard["seats"], json!([[12, 2], [13, 1]]));

    // A version that was skipped shows as a gap between `after` and what the client has.
    publish_seats(&world, sale.event_id, 10, json!([[1, 1]])).await;
    assert_eq!(socket.hear("seats").await["after"], 9);
    // A view that was built anew says so.
    publish_seats(&world, sale.event_id, 11, json!([])).await;
    assert_eq!(socket.hear("resync").await["event"], json!(sale.event_id));
    world.finish([notifier]).await;
}

#[tokio::test]
async fn a_line_is_told_at_once_and_then_as_it_moves() {
    let world = World::new().await;
    let sale = Sale::open(&world.engines.pool, Demand::Queue, 4).await;
    let notifier = world.notifier().await;
    let (mut first, mut second) = (notifier.socket().await, notifier.socket().await);
    subscribe(&mut first, "line", sale.event_id).await;
    publish_line(&world, sale.event_id, 120).await;
    let line = first.hear("line").await;
    assert_eq!((&line["serving"], &line["phase"]), (&json!(120), &json!("open")));
    // Whoever comes later need not wait for the next second.
    subscribe(&mut second, "line", sale.event_id).await;
    assert_eq!(second.hear("line").await["serving"], 120);
    publish_line(&world, sale.event_id, 121).await;
    for socket in [&mut first, &mut second] {
        assert_eq!(socket.hear("line").await["serving"], 121);
    }
    world.finish([notifier]).await;
}

#[tokio::test]
async fn what_was_unsubscribed_is_not_heard() {
    let world = World::new().await;
    let sale = Sale::open(&world.engines.pool, Demand::Queue, 4).await;
    let notifier = world.notifier().await;
    let (mut leaver, mut stayer) = (notifier.socket().await, notifier.socket().await);
    for socket in [&mut leaver, &mut stayer] {
        subscribe(socket, "line", sale.event_id).await;
    }
    let goodbye = json!({"type": "unsubscribe", "to": "line", "event": sale.event_id});
    leaver.ask(goodbye, "unsubscribed").await;
    publish_line(&world, sale.event_id, 5).await;
    stayer.hear("line").await;
    leaver.ask(json!({"type": "ping"}), "pong").await;
    // And back again.
    subscribe(&mut leaver, "line", sale.event_id).await;
    assert_eq!(leaver.hear("line").await["serving"], 5);
    world.finish([notifier]).await;
}

#[tokio::test]
async fn two_notifiers_both_push() {
    let world = World::new().await;
    let sale = Sale::open(&world.engines.pool, Demand::Direct, 4).await;
    let notifiers = [world.notifier().await, world.notifier().await];
    let mut sockets = [notifiers[0].socket().await, notifiers[1].socket().await];
    for socket in &mut sockets {
        subscribe(socket, "seats", sale.event_id).await;
    }
    publish_seats(&world, sale.event_id, 1, json!([[3, 2]])).await;
    for socket in &mut sockets {
        assert_eq!(socket.hear("seats").await["seats"], json!([[3, 2]]));
    }
    world.finish(notifiers).await;
}

#[tokio::test]
async fn after_redis_was_away_clients_are_told_to_look_again() {
    let world = World::new().await;
    let sale = Sale::open(&world.engines.pool, Demand::Direct, 4).await;
    let (link, url) = Link::to_url(world.engines.args.redis_url.expose_secret()).await;
    let notifier = world.notifier_with(|config| config.engines.redis_url = SecretString::from(url)).await;
    let mut socket = notifier.socket().await;
    subscribe(&mut socket, "seats", sale.event_id).await;
    link.cut();
    publish_seats(&world, sale.event_id, 1, json!([[1, 1]])).await;
    link.heal();
    socket.hear("resync").await;
    // Live again: the subscription was made anew before the client was told.
    publish_seats(&world, sale.event_id, 2, json!([[2, 1]])).await;
    assert_eq!(socket.hear("seats").await["version"], 2);
    world.finish([notifier]).await;
}

#[tokio::test]
async fn a_client_that_does_not_read_is_dropped_and_the_others_hear_everything() {
    let world = World::new().await;
    let sale = Sale::open(&world.engines.pool, Demand::Direct, 4).await;
    let notifier = world.notifier_with(|config| config.sockets.seat_changes_ms = 1).await;
    let (mut slow, mut quick) = (notifier.socket().await, notifier.socket().await);
    for socket in [&mut slow, &mut quick] {
        subscribe(socket, "seats", sale.event_id).await;
    }
    // Large texts, so that the kernel's buffers fill; only one of the two reads.
    let seats: Value = (0..1_900).map(|seat| json!([100_000 + seat, 1])).collect();
    let dropped = format!("http://{}/metrics", notifier.address);
    for version in 1.. {
        publish_seats(&world, sale.event_id, version, seats.clone()).await;
        assert_eq!(quick.hear("seats").await["version"], version);
        assert!(version < 5_000, "a client that reads nothing was never dropped");
        if version % 50 == 0 {
            let (_, metrics) = crate::support::get(&dropped, &[]).await;
            if String::from_utf8_lossy(&metrics).contains("sockets_too_slow_total 1") {
                break;
            }
        }
    }
    assert_eq!(slow.close_code().await, 4001);
    quick.ask(json!({"type": "ping"}), "pong").await;
    world.finish([notifier]).await;
}
