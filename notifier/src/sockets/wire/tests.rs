//! Pushes on real connections: nothing lost, torn or out of order.

use super::*;
use crate::sockets::ends::tests::{pair, texts};

const PATIENCE: Duration = Duration::from_secs(20);

fn encoded(text: &str) -> Encoded {
    Encoded::from(&Utf8Bytes::from(text))
}

/// More than the kernel keeps for a client that reads nothing.
fn large(number: usize) -> String {
    format!("{number}:{}", "x".repeat(9_000_000))
}

#[tokio::test]
async fn what_the_connection_does_not_take_comes_later_and_in_order() {
    let (mut client, ends) = pair(8).await;
    let wire = std::sync::Arc::clone(ends.wire());
    let pushed: Vec<String> = (0..4).map(large).chain(["last".to_owned()]).collect();
    for text in &pushed {
        assert!(!wire.push(&encoded(text)));
    }
    assert!(wire.state.lock().torn);
    let writing = tokio::spawn(async move {
        let drained = wire.drain(PATIENCE).await;
        drop((wire, ends));
        drained
    });
    assert!(texts(&mut client).await == pushed, "lost, torn or in another order");
    assert_eq!(writing.await.unwrap(), Ok(()));
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_given_up_and_hears_whole_texts_only() {
    let (mut client, ends) = pair(2).await;
    let wire = std::sync::Arc::clone(ends.wire());
    let too_slow: Vec<bool> = (0..5).map(|number| wire.push(&encoded(&large(number)))).collect();
    assert_eq!(too_slow, [false, false, true, false, false]);
    assert_eq!(poll_fn(|context| wire.poll_called(context)).await, Call::TooSlow);
    assert_eq!(wire.drain(PATIENCE).await, Err(Stuck::TooSlow));
    wire.end();
    assert_eq!(wire.drain(Duration::from_millis(1)).await, Err(Stuck::TooSlow));
    let writing = tokio::spawn(async move {
        wire.say(&encoded("goodbye").0).unwrap();
        let drained = wire.drain(PATIENCE).await;
        drop((wire, ends));
        drained
    });
    assert!(texts(&mut client).await == [large(0), "goodbye".into()]);
    assert_eq!(writing.await.unwrap(), Ok(()));
}

#[tokio::test]
async fn pushes_come_behind_the_answer_that_is_being_looked_up() {
    let (mut client, ends) = pair(8).await;
    let wire = std::sync::Arc::clone(ends.wire());
    wire.push(&encoded("before"));
    wire.answering();
    wire.push(&encoded("meanwhile"));
    wire.say(&encoded("answer").0).unwrap();
    wire.answered();
    wire.push(&encoded("after"));
    assert_eq!(poll_fn(|context| wire.poll_called(context)).await, Call::Drain);
    wire.drain(PATIENCE).await.unwrap();
    wire.push(&encoded("free again"));
    drop((wire, ends));
    assert_eq!(texts(&mut client).await, ["before", "answer", "meanwhile", "after", "free again"]);
}
