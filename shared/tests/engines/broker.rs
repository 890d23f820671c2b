//! Publishing with confirms and consuming, on a real broker.

use shared::{
    broker::{
        Consumer, Message, PublishError, Publisher,
        topology::{Queue, TO_QUEUE},
    },
    domain::{EventId, MessageId},
    testing::TestEngines,
};
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
