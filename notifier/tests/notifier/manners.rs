//! Limits, bad input, and how a notifier stops.

use futures_util::SinkExt as _;
use serde_json::{Value, json};
use shared::domain::{Demand, EventId};
use shared::testing::{eventually, sale::Sale};
use tokio_tungstenite::tungstenite::{Message, protocol::frame::coding::CloseCode};

use crate::support::{World, get};

#[tokio::test]
async fn mistakes_are_answered_and_the_socket_stays() {
    let world = World::new().await;
    let notifier = world.notifier().await;
    let mut socket = notifier.socket().await;
    let unknown = EventId::new();
    for (text, code) in [
        ("nonsense".to_owned(), "not-understood"),
        ("[]".into(), "not-understood"),
        ("{}".into(), "not-understood"),
        (r#"{"type":"explode"}"#.into(), "not-understood"),
        (r#"{"type":"subscribe","to":"line","event":"7"}"#.into(), "not-understood"),
        (format!(r#"{{"type":"subscribe","to":"line","event":"{unknown}"}}"#), "not-found"),
        (format!(r#"{{"type":"subscribe","to":"seats","event":"{unknown}"}}"#), "not-found"),
        (r#"{"type":"subscribe","to":"place","token":"x.y.z"}"#.into(), "token-invalid"),
    ] {
        socket.stream.send(Message::text(text.clone())).await.unwrap();
        let heard = socket.hear("error").await;
        assert_eq!(heard["code"], code, "{text}");
        assert!(heard["detail"].as_str().unwrap().len() > 10, "{heard}");
    }
    socket.ask(json!({"type": "ping"}), "pong").await;
    world.finish([notifier]).await;
}

#[tokio::test]
async fn abuse_ends_the_socket_with_a_code_that_says_why() {
    let world = World::new().await;
    let notifier = world.notifier().await;
    let ping = json!({"type": "ping"}).to_string();
    let flood: Vec<Message> = std::iter::repeat_n(Message::text(ping), 200).collect();
    let pings = std::iter::repeat_n(Message::Ping(bytes::Bytes::new()), 200).collect();
    for (messages, code) in [
        (flood, 4002),
        (pings, 4002),
        (vec![Message::text("x".repeat(9_000))], CloseCode::Size.into()),
        (vec![Message::binary(vec![1, 2, 3])], CloseCode::Unsupported.into()),
    ] {
        let mut socket = notifier.socket().await;
        for message in messages {
            // The server may end while we still talk.
            if socket.stream.send(message).await.is_err() {
                break;
            }
        }
        assert_eq!(socket.close_code().await, code);
    }
    world.finish([notifier]).await;
}

#[tokio::test]
async fn subscriptions_and_sockets_are_limited() {
    let world = World::new().await;
    let sales = [
        Sale::open(&world.engines.pool, Demand::Direct, 4).await,
        Sale::open(&world.engines.pool, Demand::Direct, 4).await,
    ];
    let notifier = world
        .notifier_with(|config| {
            config.sockets.socket_subscriptions = 1;
            config.sockets.sockets = 1;
        })
        .await;
    let mut socket = notifier.socket().await;
    let subscribe = |sale: &Sale| json!({"type": "subscribe", "to": "seats", "event": sale.event_id});
    socket.ask(subscribe(&sales[0]), "subscribed").await;
    socket.ask(subscribe(&sales[0]), "subscribed").await;
    assert_eq!(socket.ask(subscribe(&sales[1]), "error").await["code"], "too-many-subscriptions");

    let url = format!("http://{}/ws", notifier.address);
    let upgrade = [
        ("connection", "keep-alive, Upgrade"),
        ("upgrade", "WebSocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    let (refused, _) = get(&url, &upgrade).await;
    assert_eq!((refused.status.as_u16(), &refused.headers["retry-after"]), (503, &"5".parse().unwrap()));
    socket.stream.close(None).await.unwrap();
    eventually("the slot is free again", || async {
        (get(&url, &upgrade).await.0.status.as_u16() == 101).then_some(())
    })
    .await;
    world.finish([notifier]).await;
}

#[tokio::test]
async fn what_is_no_websocket_is_told_so() {
    let world = World::new().await;
    let notifier = world.notifier().await;
    let url = format!("http://{}/ws", notifier.address);
    let upgrade = [("connection", "upgrade"), ("upgrade", "websocket")];
    let old = [upgrade[0], upgrade[1], ("sec-websocket-version", "8")];
    let no_key = [upgrade[0], upgrade[1], ("sec-websocket-version", "13")];
    for (headers, status, kind) in [
        (&[][..], 426, "websocket-needed"),
        (&old[..], 426, "websocket-version"),
        (&no_key[..], 400, "websocket-key"),
    ] {
        let (answer, body) = get(&url, headers).await;
        let problem: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(problem["type"], format!("urn:onsale:problem:{kind}"));
    }
    for (path, status) in [("/health/live", 200), ("/metrics", 200), ("/nothing", 404)] {
        let (answer, _) = get(&format!("http://{}{path}", notifier.address), &[]).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
    }
    eventually("it is ready", || async {
        let (answer, _) = get(&format!("http://{}/health/ready", notifier.address), &[]).await;
        (answer.status.as_u16() == 200).then_some(())
    })
    .await;
    world.finish([notifier]).await;
}

#[tokio::test]
async fn a_silent_socket_is_dropped_and_one_that_answers_pings_stays() {
    let world = World::new().await;
    let notifier = world.notifier_with(|config| config.sockets.socket_heartbeat_ms = 150).await;
    // Reading makes the client's library answer pings.
    let mut alive = notifier.socket().await;
    let silent = notifier.connect().await;
    let metrics = format!("http://{}/metrics", notifier.address);
    let counted = |count: u32| {
        let (metrics, line) = (metrics.clone(), format!("onsale_notifier_sockets {count}"));
        move || {
            let (metrics, line) = (metrics.clone(), line.clone());
            async move {
                let (_, text) = get(&metrics, &[]).await;
                String::from_utf8_lossy(&text).contains(&line).then_some(())
            }
        }
    };
    let watching = eventually("only one is left", counted(1));
    tokio::select! {
        () = watching => {}
        message = alive.next() => panic!("{message}"),
    }
    alive.ask(json!({"type": "ping"}), "pong").await;
    drop(silent);
    world.finish([notifier]).await;
}

#[tokio::test]
async fn a_stopping_notifier_says_so_and_ends() {
    let world = World::new().await;
    let notifier = world.notifier().await;
    let mut sockets = [notifier.socket().await, notifier.socket().await];
    notifier.shutdown.cancel();
    for socket in &mut sockets {
        assert_eq!(socket.close_code().await, 1012);
    }
    world.finish([notifier]).await;
}
