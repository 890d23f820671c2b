//! Publishing with confirms and consuming, on a real broker.

use secrecy::ExposeSecret as _;
use shared::{
    broker::{
        BrokerAddress, Consumer, Message, PublishError, Publisher,
        topology::{Queue, TO_QUEUE},
    },
    domain::{EventId, MessageId},
    testing::{Link, TestEngines, eventually},
};
use tokio::{io::AsyncReadExt as _, net::TcpStream};
use tokio_util::sync::CancellationToken;

fn message(queue: &Queue, body: &str) -> Message {
    Message {
        exchange: TO_QUEUE,
        routing_key: queue.name(),
        id: MessageId::new(),
        mandatory: true,
        body: body.into(),
    }
}

#[tokio::test]
async fn a_confirmed_message_outlives_a_consumer_that_did_not_acknowledge() {
    let engines = TestEngines::start().await;
    let shutdown = CancellationToken::new();
    let publisher = Publisher::start(engines.broker(), shutdown.clone());
    publisher.publish(&message(&Queue::ProcessBooking, "1")).await.unwrap();

    let mut first = Consumer::new(engines.broker(), Queue::ProcessBooking, 10, shutdown.clone());
    assert_eq!(first.recv().await.unwrap().data, b"1");
    let generation = first.generation();
    first.reset().await;
    let again = first.recv().await.unwrap();
    assert!(again.redelivered && first.generation() > generation);
    again.ack(lapin::options::BasicAckOptions::default()).await.unwrap();

    shutdown.cancel();
    assert!(first.recv().await.is_none());
    engines.finish().await;
}

#[tokio::test]
async fn a_message_that_no_queue_takes_is_an_error_and_the_publisher_goes_on() {
    let engines = TestEngines::start().await;
    let shutdown = CancellationToken::new();
    let publisher = Publisher::start(engines.broker(), shutdown.clone());
    let nowhere = message(&Queue::Line(EventId::new()), "lost");
    assert!(matches!(publisher.publish(&nowhere).await, Err(PublishError::Unroutable(_))));
    publisher.publish(&message(&Queue::Mail, "kept")).await.unwrap();
    shutdown.cancel();
    engines.finish().await;
}

#[tokio::test]
async fn only_one_consumer_of_a_line_is_active() {
    let engines = TestEngines::start().await;
    let shutdown = CancellationToken::new();
    let publisher = Publisher::start(engines.broker(), shutdown.clone());
    let line = Queue::Line(EventId::new());
    line.declare(&publisher.channel().await.unwrap()).await.unwrap();

    let mut active = Consumer::new(engines.broker(), line.clone(), 10, shutdown.clone());
    publisher.publish(&message(&line, "1")).await.unwrap();
    assert_eq!(active.recv().await.unwrap().data, b"1");
    let mut waiting = Consumer::new(engines.broker(), line.clone(), 10, shutdown.clone());
    publisher.publish(&message(&line, "2")).await.unwrap();
    tokio::select! {
        got = active.recv() => assert_eq!(got.unwrap().data, b"2"),
        _ = waiting.recv() => panic!("a second consumer was served beside the first"),
    }
    // Neither was acknowledged: when the first goes, the second gets both, in order.
    let (first, ()) = tokio::join!(waiting.recv(), active.reset());
    assert_eq!(first.unwrap().data, b"1");
    assert_eq!(waiting.recv().await.unwrap().data, b"2");
    shutdown.cancel();
    engines.finish().await;
}

/// A broker address that leads over a link, and the link.
async fn linked(engines: &TestEngines) -> (Link, BrokerAddress) {
    let direct = engines.broker();
    let (link, url) = Link::to_url(direct.url.expose_secret()).await;
    (link, BrokerAddress { url: url.into(), name: direct.name })
}

#[tokio::test]
async fn publishing_goes_on_after_the_connection_was_cut() {
    let engines = TestEngines::start().await;
    let shutdown = CancellationToken::new();
    let (link, address) = linked(&engines).await;
    let publisher = Publisher::start(address, shutdown.clone());
    publisher.publish(&message(&Queue::Mail, "before")).await.unwrap();
    for round in 0..3 {
        link.cut();
        assert!(publisher.publish(&message(&Queue::Mail, "during")).await.is_err(), "round {round}");
        link.heal();
        eventually("the publisher is back", async || {
            publisher.publish(&message(&Queue::Mail, "after")).await.ok()
        })
        .await;
    }
    shutdown.cancel();
    engines.finish().await;
}

#[tokio::test]
async fn a_confirm_that_never_comes_is_an_error_and_the_message_may_have_arrived() {
    let engines = TestEngines::start().await;
    let shutdown = CancellationToken::new();
    let (link, address) = linked(&engines).await;
    let publisher = Publisher::start(address, shutdown.clone());
    let once = message(&Queue::ProcessBooking, "once");
    publisher.publish(&message(&Queue::ProcessBooking, "before")).await.unwrap();
    link.mute();
    assert!(matches!(publisher.publish(&once).await, Err(PublishError::Late)));
    link.heal();
    eventually("publishing again under the same id", async || publisher.publish(&once).await.ok()).await;

    let mut consumer = Consumer::new(engines.broker(), Queue::ProcessBooking, 10, shutdown.clone());
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(consumer.recv().await.unwrap().properties.message_id().clone().unwrap().to_string());
    }
    assert_eq!(ids[1..], [once.id.to_string(), once.id.to_string()]);
    shutdown.cancel();
    engines.finish().await;
}

#[tokio::test]
async fn consuming_goes_on_after_the_connection_was_cut() {
    let engines = TestEngines::start().await;
    let shutdown = CancellationToken::new();
    let (link, address) = linked(&engines).await;
    let publisher = Publisher::start(engines.broker(), shutdown.clone());
    let mut consumer = Consumer::new(address, Queue::ProcessBooking, 10, shutdown.clone());
    publisher.publish(&message(&Queue::ProcessBooking, "1")).await.unwrap();
    assert_eq!(consumer.recv().await.unwrap().data, b"1");
    link.cut();
    eventually("the link is cut", async || {
        let mut stream = TcpStream::connect(link.address()).await.ok()?;
        (stream.read(&mut [0]).await.unwrap_or(0) == 0).then_some(())
    })
    .await;
    link.heal();
    let again = consumer.recv().await.unwrap();
    assert!(again.redelivered && again.data == b"1");
    shutdown.cancel();
    engines.finish().await;
}
